"""English as it is written, and what is made of it: words, and the symbols that a voice speaks."""

import random

import pytest

from ganima.errors import GanimaError
from ganima.text import lexicon
from ganima.text.english import normalise, phonemes
from ganima.text.symbols import BREAK, PADDING, PAUSES, SYMBOLS

SPOKEN = {
    "numbers": [
        ("3 cats and 1,002,345 fish", "three cats and one million two thousand three hundred forty five fish."),
        ("-40, 0.5 and .05", "minus forty, zero point five and zero point zero five."),
        ("007", "zero zero seven."),
        ("1st, 2nd, 23rd, 1,000th", "first, second, twenty third, one thousandth."),
        ("1/2, 3/4, 2 1/2, 5½ hours", "one half, three quarters, two and a half, five and a half hours."),
        ("It was 3-2, or 3:1; pages 10–15.", "it was three to two, or three to one; pages ten to fifteen."),
        ("20% of them, 0.5-1%", "twenty percent of them, zero point five to one percent."),
        ("2.5e-3", "two point five times ten to the power of minus three."),
        ("10⁻³, x²", "ten to the power of minus three, x squared."),
        ("Chapter IV of Henry VIII, World War II", "chapter four of henry the eighth, world war two."),
        ("Version 1.2.3", "version one point two point three."),
        ("192.168.0.1", "one ninety two dot one sixty eight dot zero dot one."),
        ("Room 404, MP3, B-52, COVID-19", "room four oh four, m p three, b fifty two, covid nineteen."),
        ("1234567890", "one two three four, five six seven eight, nine zero."),
    ],
    "money": [
        ("$5.20", "five dollars and twenty cents."),
        ("$1, $0.01, £2.50", "one dollar, one cent, two pounds and fifty pence."),
        ("$1.5 million, £3m", "one point five million dollars, three million pounds."),
        ("€10k, US$20", "ten thousand euros, twenty u s dollars."),
        ("$5-10, 20€, ¥5000", "five to ten dollars, twenty euros, five thousand yen."),
    ],
    "dates": [
        ("on March 3, 2024", "on march third, twenty twenty four."),
        ("on 3 May 2024; the 4th of July", "on the third of may twenty twenty four; the fourth of july."),
        ("2024-05-03", "may third, twenty twenty four."),
        ("3/15/2024", "march fifteenth, twenty twenty four."),
        ("15/3/2024", "march fifteenth, twenty twenty four."),
        ("in 1066, 1900, 2005", "in ten sixty six, nineteen hundred, two thousand five."),
        ("the 1990s, the '80s, the 60s", "the nineteen nineties, the eighties, the sixties."),
        ("Mon-Fri, Sat. 5 June", "monday to friday, saturday the fifth of june."),
        ("it may 5 times fail in the sun", "it may five times fail in the sun."),
    ],
    "times": [
        ("3:45 pm, 7am, 6:05 a.m.", "three forty five p m, seven ay m, six oh five ay m."),
        ("15:30, 12:00, 00:00", "fifteen thirty, twelve o'clock, midnight."),
        ("Open 9am-5pm.", "open nine ay m to five p m."),
    ],
    "telephone numbers": [
        ("(555) 123-4567", "five five five, one two three, four five six seven."),
        ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight."),
        ("Dial 911.", "dial nine one one."),
    ],
    "units": [
        ("5 km, 1 kg, 90 km/h", "five kilometers, one kilogram, ninety kilometers per hour."),
        ("50 m², 7 kg/m³", "fifty square meters, seven kilograms per cubic meter."),
        ("-5°C, 20-25 °F", "minus five degrees celsius, twenty to twenty five degrees fahrenheit."),
        ("a 2TB disk and 16GB of RAM", "a two terabyte disk and sixteen gigabytes of ram."),
        ("3.5GHz", "three point five gigahertz."),
        ("He is 6'2\" tall, 5 ft. 3 in. wide.", "he is six feet two inches tall, five feet three inches wide."),
        ("The sheet is 2.5 x 3 metres.", "the sheet is two point five by three metres."),
        ("0.8 x 1.2 m", "zero point eight by one point two meters."),
        ("a 27\" monitor, 1920x1080", "a twenty seven inch monitor, nineteen twenty by ten eighty."),
    ],
    "abbreviations": [
        ("Dr. Smith lives on Elm Dr. near St. Mary's.", "doctor smith lives on elm drive near saint mary's."),
        ("Mr. and Mrs. Jones, Jr.", "mister and missus jones, junior."),
        ("Apples, e.g. red ones, etc. They are fruit.", "apples, for example red ones, et cetera. they are fruit."),
        ("I live in the U.S. It is big. The U.S. Army", "i live in the u s. it is big. the u s army."),
        ("No. 5, p. 12; yes or no. 5 came.", "number five, page twelve; yes or no. five came."),
        ("NASA, the BBC, CDs, AT&T", "nasa, the b b c, c d's, ay t and t."),
        ("WHAT ARE YOU DOING? IT IS US!", "what are you doing? it is us!"),
        ("A dog. Plan A works.", "a dog. plan ay works."),
    ],
    "the net": [
        ("See https://example.com/page?id=5.", "see example dot com slash page question mark id equals five."),
        ("www.example.com!", "w w w dot example dot com!"),
        ("john.doe@example.com", "john dot doe at example dot com."),
        ("@some_user #GoodMorning", "at some user hashtag good morning."),
        ("<b>bold</b> &amp; main.py", "bold and main dot p y."),
    ],
    "signs": [
        ("I love it 😀😀!", "i love it, grinning face!"),
        ("Well done 👍🏽 everyone ❤️", "well done, thumbs up, everyone, heart."),
        ("Hello :) you <3", "hello, you, heart."),
        ("x² + y^3 >= 5 - 2", "x squared plus y cubed is at least five minus two."),
        ("Wait... what?! No!!", "wait… what? no!"),
        ("“Hello,” she said — ‘goodbye’ (really)", "hello, she said, goodbye, really."),
        ("rock 'n' roll, sooooo cool", "rock and roll, so cool."),
        ("- one\n- two\n\nthree", "one. two. three."),
        ("café, Zürich, Ｆｕｌｌ, ﬁne", "cafe, zurich, full, fine."),
    ],
}  # fmt: skip
CASES = [pytest.param(text, said, id=f"{kind}: {text}") for kind, cases in SPOKEN.items() for text, said in cases]


@pytest.mark.parametrize(("text", "said"), CASES)
def test_what_is_said(text: str, said: str) -> None:
    assert normalise(text) == said


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Hello, world!", "HH AH0 L OW1 , W ER1 L D !"),
        ("the apple, the pear", "DH IY0 _ AE1 P AH0 L , DH AH0 _ P EH1 R ."),
        ("a B, an A", "AH0 _ B IY1 , AE1 N _ EY1 ."),
        ("to record a record", "T UW1 _ R IH0 K AO1 R D _ AH0 _ R EH1 K ER0 D ."),
        ("I will read. I have read.", "AY1 _ W IH1 L _ R IY1 D . AY1 _ HH AE1 V _ R EH1 D ."),
        ("they live, live music", "DH EY1 _ L IH1 V , L AY1 V _ M Y UW1 Z IH0 K ."),
        ("close to it, close the door", "K L OW1 S _ T UW1 _ IH1 T , K L OW1 Z _ DH AH0 _ D AO1 R ."),
    ],
)
def test_what_is_heard(text: str, symbols: str) -> None:
    assert " ".join(phonemes(text)) == symbols


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        ".",
        "?!…",
        "--- *** ___",
        "\x00\x07\x1b\x7f",
        "\u200d\ufe0f\u202e",
        "Привет 日本語",
        "'''\"",
        "()[]",
    ],
)
def test_nothing_to_say(text: str) -> None:
    assert normalise(text) == ""
    assert phonemes(text) == []


def junk(seed: int) -> str:
    """5,000 characters: any, ASCII, or what expressions are made of."""
    rng = random.Random(seed)
    alphabet = [
        [chr(code) for code in range(0x3000)],
        [chr(code) for code in range(128)],
        list("0123456789.,:/-+$%xes '\"@#ap"),
        [*"IVXabU.&' 1", " Dr. ", " No. ", "www.", "http://", "\n", "😀", "\ud800", "°C", " km"],
    ][seed % 4]
    return "".join(rng.choice(alphabet) for _ in range(5_000))


LENGTH = 200_000
ODD = {
    **{f"{part!r} again and again": part * (LENGTH // len(part)) for part in ("a", ".", "\n ", "ab'", "😀")},
    **{
        f"{part!r} many times": part * (8_000 // len(part))
        for part in ("1", "a-", "a.", "1,", "1/", "+1", "$1", "1x", "<a", "Dr. ")
    },
    **{f"junk {seed}": junk(seed) for seed in range(4)},
    **{text: text for kind in SPOKEN.values() for text, _ in kind},
}


@pytest.mark.parametrize("text", ODD.values(), ids=[name[:30] for name in ODD])
def test_any_text_makes_a_well_formed_list(text: str) -> None:
    """Known symbols; no two breaks or pauses together, none at the start, an end of a sentence at the end."""
    symbols = phonemes(text)
    assert set(symbols) <= set(SYMBOLS) - {PADDING}
    apart = {BREAK, *PAUSES}
    assert not any(a in apart and b in apart for a, b in zip(symbols, symbols[1:], strict=False))
    if symbols:
        assert symbols[0] not in apart
        assert symbols[-1] in (".", "?", "!")


def test_without_the_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "find_spec", lambda name: None)
    lexicon.entries.cache_clear()
    try:
        with pytest.raises(GanimaError, match="pip install pronouncing"):
            lexicon.pronunciations("hello")
    finally:
        lexicon.entries.cache_clear()


def test_symbols_are_unique() -> None:
    assert len(set(SYMBOLS)) == len(SYMBOLS)
