"""Whatever a label says and whatever the sound is: what is written into WAV, OGG and MP3 is read back, and the sound
stays.
"""

from io import BytesIO

import numpy as np
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganima.provenance.formats import id3, ogg, riff
from ganima.provenance.label import AIGC

# Controls end a text, and halves of characters are none: `provenance.sound` takes both out before.
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=600)
NAMES = st.sampled_from(["ai-model", "ai-model-sha256", "digital-source-type", "consent"])
TEXTS = st.builds(
    lambda most, others: {id3.COMMENT: "by ganima", "generator": "ganima", AIGC: "{}"} | most | others,
    st.fixed_dictionaries({}, optional={id3.COMMENT: TEXT, "generator": TEXT, AIGC: TEXT}),
    st.dictionaries(NAMES, TEXT),
)
SAMPLES = arrays(np.int16, st.integers(1, 3000))


def encoded(samples: object, kind: str, subtype: str) -> bytes:
    content = BytesIO()
    soundfile.write(content, samples, 24000, subtype, format=kind)
    return content.getvalue()


@given(TEXTS, SAMPLES)
def test_wav(texts: dict[str, str], samples: np.ndarray) -> None:
    target = BytesIO()
    riff.copy(BytesIO(encoded(samples, "WAV", "PCM_16")), target, texts)
    assert riff.read_texts(target.getvalue()) == texts
    read, rate = soundfile.read(BytesIO(target.getvalue()), dtype="int16")
    assert rate == 24000
    np.testing.assert_array_equal(read, samples)
    again = BytesIO()
    riff.copy(BytesIO(target.getvalue()), again, texts)
    assert riff.read_texts(again.getvalue()) == texts


@given(TEXTS)
def test_streamed_wav(texts: dict[str, str]) -> None:
    assert riff.read_texts(riff.streamed(24000, texts) + bytes(100)) == texts


# Encoding takes its time; the sound itself matters little here.
TONE = (np.sin(np.arange(6000) / 10) * 10000).astype(np.int16)
VORBIS = encoded(TONE, "OGG", "VORBIS")


@given(TEXTS, st.integers(0, 2**32 - 1))
def test_ogg(texts: dict[str, str], stream: int) -> None:
    target = BytesIO()
    ogg.copy(BytesIO(VORBIS), target, texts, stream)
    # Comments of Vorbis have names without upper and lower case.
    assert ogg.read_texts(target.getvalue()) == {name.lower(): text for name, text in texts.items()}
    read, plain = (soundfile.read(BytesIO(content))[0] for content in (target.getvalue(), VORBIS))
    np.testing.assert_array_equal(read, plain)
    again = BytesIO()
    ogg.copy(BytesIO(target.getvalue()), again, texts, stream)
    assert again.getvalue() == target.getvalue()


@given(TEXTS, st.binary(max_size=50))
def test_id3(texts: dict[str, str], sound: bytes) -> None:
    tag = id3.tag(texts)
    assert id3.length(tag + sound) == len(tag)
    assert id3.read_texts(tag + sound) == texts


@given(TEXTS, st.data())
def test_what_is_cut_off_or_changed_is_read_or_refused(texts: dict[str, str], data: st.DataObject) -> None:
    for content, read in (
        (riff.streamed(24000, texts) + bytes(100), riff.read_texts),
        (id3.tag(texts), id3.read_texts),
    ):
        damaged = bytearray(content[: data.draw(st.integers(10, len(content)))])
        for place in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=4)):
            damaged[place] ^= data.draw(st.integers(1, 255))
        try:
            found = read(bytes(damaged))
        except ValueError:
            continue
        assert all(isinstance(text, str) for text in found.values())
