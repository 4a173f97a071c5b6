"""Speech: sound in, voices, and text to speech."""
