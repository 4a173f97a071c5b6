"""Everything that ganima does, as functions. Made by `make stub` from the requests of all verbs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ganima._version import __version__ as __version__
from ganima.balance.result import Enlarged
from ganima.character.create import Character
from ganima.data.align import AlignReport
from ganima.data.apply import Verified
from ganima.data.inspection import Inspection
from ganima.data.sound_inspection import SoundInspection
from ganima.errors import Cancelled as Cancelled
from ganima.errors import GanimaError as GanimaError
from ganima.evaluation.apply import Evaluation
from ganima.evaluation.robustness import Robustness
from ganima.interchange.stylegan2 import Imported
from ganima.latent.apply import Changes, Found
from ganima.latent.invert import Inversion
from ganima.loading import load as load
from ganima.models.apply import Listed
from ganima.picture.sample import sample as draw
from ganima.reporter import QUIET as QUIET
from ganima.reporter import Reporter as Reporter
from ganima.sounds.apply import MadeSounds
from ganima.speech.speak import Summary
from ganima.speech.voices.file import VoiceFile
from ganima.training.run import Outcome

__all__ = [
    "__version__",
    "Cancelled",
    "GanimaError",
    "QUIET",
    "Reporter",
    "draw",
    "load",
    "create",
    "edit",
    "mix",
    "walk",
    "train",
    "sample",
    "invert",
    "stylize",
    "speak",
    "design_voice",
    "convert_voice",
    "train_voice",
    "train_vocoder",
    "make_sounds",
    "train_sounds",
    "inspect",
    "align",
    "augment",
    "verify",
    "list_models",
    "show_model",
    "adapt",
    "blend",
    "directions",
    "label_sheets",
    "train_encoder",
    "evaluate",
    "robustness",
    "import_model",
    "export_model",
]

def create(
    out: str | Path,
    *,
    name: str | None = None,
    seed: int | None = None,
    start_from: str | Path | None = None,
    labels: Sequence[str] = (),
    settings: Mapping[str, float] = ...,
    style: Literal["portrait", "cartoon"] | None = None,
    model: str | Path | None = None,
    voice: str | Path | None = None,
    pitch: str | Path | None = None,
    age: Literal["child", "teen", "adult", "old"] | None = None,
    force: bool = False,
    report: Reporter = ...,
) -> Character:
    """Create a virtual character: a page to open in the browser, its portrait, looks, a moving picture, and a voice.

    Args:
        out: Folder for the character.
        name: The character's name; given by the seed unless you choose one.
        seed: Decides who the character is, and the same one gives the same bytes; drawn unless given.
        start_from: Start from another character or a latent file instead of a seed.
        labels: A label of a conditional model, such as hair=long; may be given several times.
        settings: Move a slider of the model, such as smile=1.5; may be given several times.
        style: A bundled model: portrait, or cartoon for a drawn character with a sheet of expressions.
        model: In place of a style: a name, a file, or the folder of a run; portrait, or the model of what it starts
            from, unless given.
        voice: Its voice: the file of a designed one, or another character's folder; designed unless given.
        pitch: How high the voice is, in words or in Hz; as fits the portrait unless given.
        age: How old the voice sounds; as fits the portrait unless given.
        force: Replace a character that exists in the folder.
    """

def edit(
    character: str | Path | int,
    out: str | Path | None = None,
    *,
    model: str | Path | None = None,
    truncation: float | None = None,
    towards: Literal["mean", "cluster"] = "mean",
    force: bool = False,
    settings: Mapping[str, float] = ...,
    labels: Sequence[str] = (),
    report: Reporter = ...,
) -> Path | Changes:
    """Write a new look of a character: smile, age and other sliders moved, or other labels; without any, list them.

    Beside the picture lies its latent (.json), which every command takes again, so edits can be stacked.

    Args:
        model: A name, a file, or the folder of a run; the one that the character was made with unless given.
        truncation: Below 1: more typical; 0.7 for a seed unless given, and files stay as they are.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        force: Replace files that exist.
        character: A character's folder or character.json, a latent file, or a seed.
        out: The picture to write, .png or .webp.
        settings: Move a slider, such as smile=1.5 or age=-1; may be given several times.
        labels: A label of a conditional model, such as mouth=smile; may be given several times.
    """

def mix(
    a: str | Path | int,
    b: str | Path | int,
    out: str | Path,
    *,
    model: str | Path | None = None,
    truncation: float | None = None,
    towards: Literal["mean", "cluster"] = "mean",
    force: bool = False,
    layers: Sequence[int] | str,
    amount: float = 1.0,
    report: Reporter = ...,
) -> Path:
    """Mix two characters: some layers of the second, the others of the first.

    The first layers hold pose and shape, the last ones colours and light. Beside the picture lies its latent (.json).

    Args:
        model: A name, a file, or the folder of a run; the one that the character was made with unless given.
        truncation: Below 1: more typical; 0.7 for a seed unless given, and files stay as they are.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        force: Replace files that exist.
        a: A character's folder or character.json, a latent file, or a seed.
        b: The other one.
        out: The picture to write, .png or .webp.
        layers: Which layers come from the second, such as 0-4 or 0-4,7.
        amount: How far those layers go, from 0 to 1.
    """

def walk(
    places: Sequence[str | Path | int],
    out: str | Path,
    *,
    model: str | Path | None = None,
    truncation: float | None = None,
    towards: Literal["mean", "cluster"] = "mean",
    force: bool = False,
    loop: bool = False,
    seconds: float = 6.0,
    fps: float = 25.0,
    report: Reporter = ...,
) -> int:
    """Write an animation that goes smoothly from one character to the next.

    Args:
        model: A name, a file, or the folder of a run; the one that the character was made with unless given.
        truncation: Below 1: more typical; 0.7 for a seed unless given, and files stay as they are.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        force: Replace files that exist.
        places: Characters (folder or character.json), latent files or seeds, two or more.
        out: The animation to write, .webp, .gif or .mp4 (which needs the extra "video").
        loop: Lead back to the first one, so that the end is the beginning.
        seconds: How long it lasts.
        fps: Frames a second.
    """

def train(
    folder: str | Path,
    out: str | Path,
    *,
    minutes: float | None = None,
    seed: int = 0,
    settings: Sequence[str] = (),
    name: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    preset: Literal["classic", "tiny", "cpu64", "cpu128", "gpu256", "gpu512"] | None = None,
    resolution: int | tuple[int, int] | None = None,
    kimg: float | None = None,
    batch: int | None = None,
    conditional: bool = False,
    start_from: str | Path | None = None,
    no_critics: bool = False,
    evaluate_every: float | None = None,
    report: Reporter = ...,
) -> Outcome:
    """Train a GAN on a folder of pictures; the same command again continues.

    Args:
        minutes: How long to train; an hour for most presets unless given.
        seed: Decides everything that is drawn at random.
        settings: Change a field, as loss=hinge; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of what is trained on, for the model's card.
        attribution: Whom that is by, for the model's card.
        checkpoint_seconds: How often to save.
        threads: Threads of the processor; all cores unless given.
        folder: Folder with pictures, subfolders included.
        out: Folder of the run; the newest model is always in model.safetensors.
        preset: How to train; chosen from pictures and device unless given.
        resolution: Longer side, or height and width, in pixels; chosen from the pictures unless given.
        kimg: How long to train instead, in thousands of pictures seen.
        batch: Pictures a step and process; the preset's unless given.
        conditional: Learn the classes too, from subfolders or labels.csv.
        start_from: Start from a model: a name, a file, or the folder of a run.
        no_critics: Leave out the frozen networks that a preset may judge with.
        evaluate_every: Score the model every so many thousand pictures, and keep the best in best.safetensors.
    """

def sample(
    model: str | Path,
    out: str | Path,
    *,
    count: int = 16,
    seed: int = 0,
    truncation: float = 1.0,
    towards: Literal["mean", "cluster"] = "mean",
    labels: Sequence[str] = (),
    grid: bool = False,
    report: Reporter = ...,
) -> list[Path]:
    """Write pictures from a model; the same seed gives the same bytes.

    Args:
        model: A name, a file, or the folder of a run.
        out: Folder for the pictures.
        count: How many pictures.
        seed: Decides which pictures.
        truncation: Below 1: more typical and less diverse; 0 gives the picture of what it goes towards.
        towards: What truncation goes towards: the mean, or the nearest of 64 cluster centres.
        labels: A class or label of a conditional model, as dress or mouth=smile; may be given several times; the
            others are drawn.
        grid: Write grid.png too, with the first 64 pictures.
    """

def invert(
    model: str | Path,
    photo: str | Path,
    out: str | Path,
    *,
    consent: str | None = None,
    no_real_person: bool = False,
    steps: int = 300,
    space: Literal["w", "w+"] | None = None,
    tune: bool = False,
    face: int | None = None,
    aligned: bool = False,
    seed: int = 0,
    force: bool = False,
    report: Reporter = ...,
) -> Inversion:
    """Put a photo into a model's latent space: the nearest picture that the model can make, and three edits of it.

    Faces are aligned as the model's training pictures were; finding them takes the extra "faces". The latent
    (latent.json) is taken by every command that takes a character.

    Args:
        model: A name, a file, or the folder of a run.
        photo: A picture file.
        out: Folder for the latent and the pictures.
        consent: Who agreed to be shown, when and for what, where the photo is of a real person; every file says it.
        no_real_person: The photo shows a drawing, a thing, or nobody who exists.
        steps: Steps of refinement; 0 leaves what the encoder finds at once.
        space: One w for each layer (w+: nearer to the photo), or one for all (w: edits work better); w+ unless
            given, and w with tuning, which comes near the photo anyway.
        tune: Adapt the model to the photo too, and write it beside the latent.
        face: Which face, counted from the left, where there are several.
        aligned: The picture is framed like the model's already: no face is looked for.
        seed: Decides what tuning draws at random.
        force: Replace an inversion that exists in the folder.
    """

def stylize(
    photo: str | Path,
    out: str | Path,
    *,
    model: str | Path,
    parent: str | Path | None = None,
    consent: str | None = None,
    no_real_person: bool = False,
    face: int | None = None,
    aligned: bool = False,
    steps: int = 100,
    truncation: float | None = None,
    beside: bool = False,
    force: bool = False,
    report: Reporter = ...,
) -> Path:
    """Show a photo, a character or a seed in the style of an adapted model.

    Args:
        photo: A picture file; or a seed, a latent file, a character's folder or its character.json.
        out: Picture to write, .png or .webp; the latent is written beside it.
        model: The adapted model: a name, a file, or the folder of a run.
        parent: The model that it was adapted from, where it has no name; photos are inverted in it.
        consent: Who agreed to be shown, when and for what, where the photo shows a real person.
        no_real_person: The photo shows a drawing, a thing, or a person who does not exist.
        face: Which face in the photo, counted from the left, where there are several.
        aligned: The photo is framed like the model's pictures already.
        steps: Steps in which the photo's latent is found.
        truncation: For seeds, 0.7 unless given: below 1 more typical and less diverse.
        beside: Show the photo, or what the parent shows, to the left.
        force: Replace files that exist.
    """

def speak(
    text: str | None = None,
    out: str | Path | None = None,
    *,
    file: str | Path | None = None,
    voice: str | Path | None = None,
    model: str | Path | None = None,
    vocoder: str | Path | None = None,
    speed: float = 1.0,
    pitch: float = 0.0,
    expressive: float = 0.5,
    timing: str | Path | None = None,
    notice: bool = False,
    force: bool = False,
    report: Reporter = ...,
) -> Summary:
    """Say a text into a sound file, labelled as AI-generated, sentence by sentence.

    Args:
        text: What to say.
        out: File to write; .wav, .flac, .ogg or .mp3.
        file: Read the text from a file; - is the standard input.
        voice: A designed voice: its file, or the folder of a character; the model's own unless given.
        model: An acoustic model: a name, a file, or the folder of a run; the one that comes with ganima unless
            given.
        vocoder: A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given.
        speed: Times the usual speed.
        pitch: Semitones above the usual pitch.
        expressive: How far pitch and loudness move, 0.5 being as the voice does.
        timing: Also write when each phoneme is heard and each viseme seen, as JSON.
        notice: Begin with the mark that can be heard, short-long-short-short, which says that this is AI-generated.
        force: Replace files that exist.
    """

def design_voice(
    out: str | Path,
    *,
    seed: int = 0,
    pitch: str | Path | None = None,
    age: Literal["child", "teen", "adult", "old"] = "adult",
    brightness: float = 0.0,
    name: str | None = None,
    model: str | Path | None = None,
    vocoder: str | Path | None = None,
    force: bool = False,
    report: Reporter = ...,
) -> VoiceFile:
    """Make a voice that nobody has, to speak with, or to convert recordings to.

    Args:
        out: File to write, such as mei.voice.json.
        seed: Decides whose voice it is.
        pitch: How high it is, in words or in Hz; left to the seed unless given.
        age: How old it sounds.
        brightness: In dB per octave: more is brighter, less is darker.
        name: Name of the voice; that of the file unless given.
        model: A model of voices; the one that comes with ganima unless given.
        vocoder: A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given.
        force: Replace a file that exists.
    """

def convert_voice(
    recording: str | Path,
    out: str | Path,
    *,
    voice: str | Path | None = None,
    target: str | Path | None = None,
    consent: str | None = None,
    model: str | Path | None = None,
    vocoder: str | Path | None = None,
    notice: bool = False,
    force: bool = False,
    report: Reporter = ...,
) -> float:
    """Say a recording again in another voice, with the same words and times.

    Args:
        recording: Recording of speech; WAV, FLAC, OGG or MP3.
        out: File to write; .wav, .flac, .ogg or .mp3.
        voice: A designed voice: its file, or the folder of a character.
        target: A folder with recordings of the person whose voice it becomes; needs consent.
        consent: Who agreed to that, when and for what; goes into the file.
        model: A model of voices; the one that comes with ganima unless given.
        vocoder: A vocoder: a name, a file, or the folder of a run; the one that comes with ganima unless given.
        notice: Begin with the mark that can be heard, short-long-short-short, which says that this is AI-generated.
        force: Replace a file that exists.
    """

def train_voice(
    folder: str | Path,
    out: str | Path,
    *,
    minutes: float | None = None,
    seed: int = 0,
    settings: Sequence[str] = (),
    name: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    thousands: float | None = None,
    start_from: str | Path | None = None,
    report: Reporter = ...,
) -> Outcome:
    """Train a voice on recordings of one person and what they say; the same command again continues.

    Args:
        minutes: How long to train; an hour unless given, two for a voice.
        seed: Decides everything that is drawn at random.
        settings: Change a field, as loss=hinge; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of what is trained on, for the model's card.
        attribution: Whom that is by, for the model's card.
        checkpoint_seconds: How often to save.
        threads: Threads of the processor; all cores unless given.
        thousands: How long to train instead, in thousands of pieces, sentences or sounds heard.
        start_from: Start from a model of the same kind: a name, a file, or the folder of a run.
        folder: Folder with recordings, and metadata.csv with a line name|text for each.
        out: Folder of the run; the newest model is always in model.safetensors.
    """

def train_vocoder(
    folders: Sequence[str | Path],
    out: str | Path,
    *,
    minutes: float | None = None,
    seed: int = 0,
    settings: Sequence[str] = (),
    name: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    thousands: float | None = None,
    start_from: str | Path | None = None,
    report: Reporter = ...,
) -> Outcome:
    """Train a vocoder, which turns mel spectrograms into sound, on recordings; the same command again continues.

    Args:
        minutes: How long to train; an hour unless given, two for a voice.
        seed: Decides everything that is drawn at random.
        settings: Change a field, as loss=hinge; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of what is trained on, for the model's card.
        attribution: Whom that is by, for the model's card.
        checkpoint_seconds: How often to save.
        threads: Threads of the processor; all cores unless given.
        thousands: How long to train instead, in thousands of pieces, sentences or sounds heard.
        start_from: Start from a model of the same kind: a name, a file, or the folder of a run.
        folders: Folders with recordings, subfolders included.
        out: Folder of the run; the newest model is always in model.safetensors.
    """

def make_sounds(
    model: str | Path,
    out: str | Path,
    *,
    count: int | None = None,
    seed: int = 0,
    truncation: float = 1.0,
    vocoder: str | Path | None = None,
    format: Literal["wav", "flac", "ogg", "mp3"] | None = None,
    force: bool = False,
    report: Reporter = ...,
) -> MadeSounds:
    """Write short sounds from a model, labelled as AI-generated; the same seed gives the same bytes.

    Args:
        model: A model of sounds: a name, a file, or the folder of a run.
        out: Folder for the sounds, or a file for one sound; .wav, .flac, .ogg or .mp3.
        count: How many sounds; 16 in a folder unless given.
        seed: Decides which sounds.
        truncation: Below 1: more typical and less diverse; 0 gives the same sound each time.
        vocoder: A vocoder: a name, a file, the folder of a run, or "tones"; the one that suits the model unless
            given.
        format: Of the files in a folder; wav unless given.
        force: Replace files that exist.
    """

def train_sounds(
    folder: str | Path,
    out: str | Path,
    *,
    minutes: float | None = None,
    seed: int = 0,
    settings: Sequence[str] = (),
    name: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    thousands: float | None = None,
    start_from: str | Path | None = None,
    report: Reporter = ...,
) -> Outcome:
    """Train a model of short sounds, such as jingles and notifications; the same command again continues.

    Args:
        minutes: How long to train; an hour unless given, two for a voice.
        seed: Decides everything that is drawn at random.
        settings: Change a field, as loss=hinge; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of what is trained on, for the model's card.
        attribution: Whom that is by, for the model's card.
        checkpoint_seconds: How often to save.
        threads: Threads of the processor; all cores unless given.
        thousands: How long to train instead, in thousands of pieces, sentences or sounds heard.
        start_from: Start from a model of the same kind: a name, a file, or the folder of a run.
        folder: Folder with sounds of at most four seconds, subfolders included.
        out: Folder of the run; the newest model is always in model.safetensors.
    """

def inspect(
    folder: str | Path,
    *,
    report: Reporter = ...,
) -> Inspection | SoundInspection:
    """Say what a folder of pictures, or of recordings, holds, what cannot be used and why, and how to train on it.

    Args:
        folder: Folder with pictures or sound files, subfolders included; where there are both, the more numerous
            count.
    """

def align(
    folder: str | Path,
    out: str | Path,
    *,
    size: int | tuple[int, int] = (128, 96),
    force: bool = False,
    report: Reporter = ...,
) -> AlignReport:
    """Find the face in each photograph and crop it with the eyes on fixed points.

    Args:
        folder: Folder with photographs, subfolders included.
        out: Folder for the aligned pictures.
        size: Height and width of the aligned pictures in pixels.
        force: Replace the outcome of an earlier alignment.
    """

def augment(
    folder: str | Path,
    out: str | Path,
    *,
    per_class: int,
    by: str | None = None,
    model: str | Path | None = None,
    minutes: float | None = None,
    kimg: float | None = None,
    preset: Literal["classic", "tiny", "cpu64", "cpu128", "gpu256", "gpu512"] | None = None,
    resolution: int | tuple[int, int] | None = None,
    seed: int = 0,
    threads: int | None = None,
    force: bool = False,
    report: Reporter = ...,
) -> Enlarged:
    """Balance and enlarge a labelled set of pictures with generated ones, and say whether that helps a classifier.

    The new folder holds the originals as they were, the generated pictures (each labelled as AI-generated), labels.csv,
    which says which are which, and the report. Unless there is a model, one is trained first, in OUT-model; the same
    command again continues.

    Args:
        folder: Folder with labelled pictures: a subfolder for each class, or a labels.csv.
        out: Folder for the enlarged set.
        per_class: Pictures that each class has in the end.
        by: Which group of labels to balance, where labels.csv has several.
        model: A conditional model of these classes: a name, a file, or the folder of a run.
        minutes: How long to train a model; an hour for most presets unless given.
        kimg: How long to train instead, in thousands of pictures seen.
        preset: How to train it; chosen from pictures and device unless given.
        resolution: Longer side, or height and width, of what it makes in pixels; chosen from the pictures unless
            given.
        seed: Decides everything that is drawn at random.
        threads: Threads of the processor for the training; all cores unless given.
        force: Replace an enlarged set that exists.
    """

def verify(
    files: Sequence[str | Path],
    *,
    report: Reporter = ...,
) -> tuple[Verified, ...]:
    """Say whether files carry the label that AI made them.

    Args:
        files: Pictures (PNG, WebP, JPEG, GIF), films (MP4), sound (WAV, FLAC, OGG, MP3), pages (HTML) or JSON
            files.
    """

def list_models(
    *,
    report: Reporter = ...,
) -> list[Listed]:
    """List the models that have a name: those that come with ganima, and those in your own folder."""

def show_model(
    model: str | Path,
    *,
    report: Reporter = ...,
) -> dict[str, Any]:
    """Show a model's card: what it was trained on, how, with which licence, how well it does, what its sliders do.

    Args:
        model: A name, a file, or the folder of a run.
    """

def adapt(
    model: str | Path,
    pictures: str | Path,
    out: str | Path,
    *,
    minutes: float | None = None,
    seed: int = 0,
    settings: Sequence[str] = (),
    name: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    checkpoint_seconds: float = 60.0,
    threads: int | None = None,
    consent: str | None = None,
    no_real_person: bool = False,
    kimg: float | None = None,
    report: Reporter = ...,
) -> Outcome:
    """Make a new model from 10 to 500 pictures, or from one, out of a model; the same command again continues.

    Args:
        minutes: How long to train.
        seed: Decides everything that is drawn at random.
        settings: Change a field, as loss=hinge; may be given several times.
        name: Name of the model; the run's folder unless given.
        licence: Licence of what is trained on, for the model's card.
        attribution: Whom that is by, for the model's card.
        checkpoint_seconds: How often to save.
        threads: Threads of the processor; all cores unless given.
        model: A name, a file, or the folder of a run; its latents stay valid in the new model.
        pictures: Folder with pictures, subfolders included; or a single picture, whose style is taken over.
        out: Folder of the run; the best model so far is always in model.safetensors.
        consent: Who agreed to be shown, when and for what, where the pictures show real persons; every file says
            it.
        no_real_person: The pictures show drawings, things, or people who do not exist.
        kimg: How long at most instead of 15 minutes, in thousands of pictures seen.
    """

def blend(
    parent: str | Path,
    child: str | Path,
    out: str | Path,
    *,
    at: int,
    reverse: bool = False,
    force: bool = False,
    report: Reporter = ...,
) -> Path:
    """Make a half-way style: the child's structure with the parent's texture, or the other way round.

    Args:
        parent: A model: a name, a file, or the folder of a run.
        child: A model that was adapted from it.
        out: The new model, a .safetensors file.
        at: Levels of fewer pixels (longer side) are the child's, the others the parent's.
        reverse: Take the levels from that size on from the child instead.
        force: Replace a file that exists.
    """

def directions(
    model: str | Path,
    out: str | Path | None = None,
    *,
    method: Literal["sefa", "pca", "labels"] | None = None,
    labels: str | Path | None = None,
    count: int = 12,
    layers: Sequence[int] | str | None = None,
    seed: int = 0,
    force: bool = False,
    report: Reporter = ...,
) -> Found:
    """Find edit directions of a model, the sliders of edit and create; and show on a sheet what each one does.

    Args:
        model: A name, a file, or the folder of a run.
        out: Folder for the directions and the sheet; beside the model unless given.
        method: sefa (factorised style weights) unless given, pca (components of w), or labels (needs a table of
            labels).
        labels: Table of labelled samples: a column seed or file, and one for each slider with numbers or yes and
            no.
        count: How many directions; with labels there is one for each column.
        layers: Layers that move, such as 0-4 or 0-4,7: the first hold shape, the last colours; all unless given.
        seed: First of the persons on the sheet; decides what is drawn at random.
        force: Replace files that exist.
    """

def label_sheets(
    model: str | Path,
    out: str | Path,
    *,
    count: int = 128,
    seed: int = 0,
    force: bool = False,
    report: Reporter = ...,
) -> list[Path]:
    """Write numbered sheets of samples and an empty table, to be filled in: sliders can be found from such labels.

    Args:
        model: A name, a file, or the folder of a run.
        out: Folder for the sheets.
        count: How many samples.
        seed: The first of their seeds.
        force: Replace files that exist.
    """

def train_encoder(
    model: str | Path,
    out: str | Path,
    folder: str | Path | None = None,
    *,
    minutes: float | None = None,
    kimg: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    force: bool = False,
    report: Reporter = ...,
) -> Outcome:
    """Train an encoder, which gives the inversion of a photo its first guess; the same command again continues.

    Args:
        model: A name, a file, or the folder of a run.
        out: The encoder. Named MODEL.encoder.safetensors beside the model's file, it is found by itself.
        folder: The pictures that the model was trained on, if you have them: with them, photos are inverted better.
        minutes: How long to train; 25 minutes unless given.
        kimg: How long to train instead, in thousands of pictures seen.
        seed: Decides everything that is drawn at random.
        threads: Threads of the processor; all cores unless given.
        force: Replace a file that exists.
    """

def evaluate(
    model: str | Path,
    folder: str | Path,
    out: str | Path = "report.html",
    *,
    held_out: str | Path | None = None,
    extractor: str | Path = "random",
    count: int | None = None,
    robustness: bool = False,
    application: bool = False,
    by: str | None = None,
    seed: int = 0,
    truncation: float = 1.0,
    no_real_pictures: bool = False,
    force: bool = False,
    report: Reporter = ...,
) -> Evaluation:
    """Judge a model by real pictures: fidelity, variety, memorisation.

    Args:
        model: A name, a file, or the folder of a run.
        folder: The real pictures: those that the model was trained on, where it is your own.
        out: The page to write; the same as JSON lies beside it.
        held_out: Real pictures that the model has never seen; every tenth of the folder unless given.
        extractor: What makes features of pictures: random needs nothing; own is the model's discriminator; a file
            is Inception (.safetensors), or TorchScript, which is code: only from whom you trust.
        count: How many to generate; as many as are real unless given.
        robustness: Also say how its results change when pictures are damaged.
        application: Also compare what generated and real pictures teach.
        by: Which group of labels they tell apart, if not all.
        seed: Decides which pictures.
        truncation: Below 1: more typical and less diverse; scores are usually given at 1.
        no_real_pictures: Show no real pictures: such a page can be published.
        force: Replace an existing page.
    """

def robustness(
    command: Literal["invert", "stylize", "align"],
    folder: str | Path,
    out: str | Path | None = None,
    *,
    model: str | Path = "portrait",
    parent: str | Path | None = None,
    count: int = 16,
    steps: int = 0,
    seed: int = 0,
    force: bool = False,
    report: Reporter = ...,
) -> Robustness:
    """Say how a result changes when its picture is noisy, blurred, compressed, small, turned, too light or too dark, or
    covered in part.

    Seven kinds of damage, five strengths each; a result is compared with that of the same picture when clean.

    Args:
        command: Whose result.
        folder: Folder with pictures; for invert and stylize framed like the model's own, as alignment does it.
        out: A page with curves and examples (.html), the numbers beside it as .json.
        model: The model to invert into, or to stylize with: a name, a file, or the folder of a run.
        parent: For stylize, the model that it was made from, where that is not one of the named ones.
        count: Pictures to look at, at most.
        steps: Steps of refinement after the encoder; each picture is inverted 36 times.
        seed: Decides everything that is drawn at random.
        force: Replace files that exist.
    """

def import_model(
    pickle: str | Path,
    out: str | Path,
    *,
    name: str | None = None,
    licence: str | None = None,
    attribution: str | None = None,
    no_noise: bool = False,
    force: bool = False,
    report: Reporter = ...,
) -> Imported:
    """Make a model file of an official StyleGAN2 pickle (PyTorch); nothing in the pickle is executed.

    Args:
        pickle: Network snapshot of the StyleGAN2-ADA or StyleGAN3 repository.
        out: Model file to write, such as cats.safetensors.
        name: Name of the model; the file's unless given.
        licence: Licence of the weights, for the model's card.
        attribution: Whom the weights are by, for the model's card.
        no_noise: Leave the noise layers out.
        force: Replace the file if it exists.
    """

def export_model(
    model: str | Path,
    out: str | Path,
    *,
    from_w: bool = False,
    force: bool = False,
    report: Reporter = ...,
) -> float:
    """Write a model as an ONNX file, for programs without PyTorch, and compare their pictures.

    Args:
        model: A name, a file, or the folder of a run.
        out: ONNX file to write, such as portrait.onnx.
        from_w: Take one w for each layer (ws) instead of z, truncation and label.
        force: Replace the file if it exists.
    """
