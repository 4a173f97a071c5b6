"""The verbs of voices: each unpacks a request, and does it."""

from ganima.models.origin import origin_of_file
from ganima.reporter import QUIET, Reporter
from ganima.speech.mouth import load_mouth
from ganima.speech.request import ConvertVoice, DesignVoice
from ganima.speech.voices.change import MODEL, load_voices
from ganima.speech.voices.convert import convert
from ganima.speech.voices.design import new_voice
from ganima.speech.voices.file import VoiceFile
from ganima.vocoder.apply import VOCODER


def design_voice(request: DesignVoice, report: Reporter = QUIET) -> VoiceFile:
    """Writes the voice; returns what the file says."""
    r = request
    voices, file = load_voices(r.model or MODEL)
    return new_voice(
        r.out,
        voices,
        load_mouth(vocoder=r.vocoder or VOCODER),
        origin=origin_of_file(file),
        name=r.name,
        seed=r.seed,
        pitch=r.pitch,
        age=r.age,
        brightness=r.brightness,
        force=r.force,
        report=report,
    )


def convert_voice(request: ConvertVoice, report: Reporter = QUIET) -> float:
    """Writes the recording in the other voice; returns its duration in seconds."""
    r = request
    return convert(
        r.recording,
        r.out,
        voice=r.voice,
        target=r.target,
        consent=r.consent,
        model=r.model or MODEL,
        vocoder=r.vocoder or VOCODER,
        notice=r.notice,
        force=r.force,
        report=report,
    )
