"""Any text becomes sentences of symbols, in two languages, with their ends where a reader would pause."""

from collections.abc import Iterator

import pytest

from ganima.errors import GanimaError
from ganima.text import chinese, english
from ganima.text.front_end import LONGEST, Sentence, sentences, stream
from ganima.text.symbols import BREAK, PAUSES, SYMBOLS


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


def is_well_formed(sentence: Sentence) -> bool:
    marks = {*PAUSES, BREAK}
    symbols = sentence.symbols
    pairs = zip(symbols, symbols[1:], strict=False)
    return (
        set(symbols) <= set(SYMBOLS)
        and symbols[-1] in {".", "?", "!"}
        and symbols[0] not in marks
        and not any(first in marks and second in marks for first, second in pairs)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello there. How are you?", ["Hello there.", "How are you?"]),
        ("Dr. Smith and Mrs. Lee paid $3.50. Fine.", ["Dr. Smith and Mrs. Lee paid $3.50.", "Fine."]),
        ("See e.g. Fig. 3, i.e. No. 5. No. I won't.", ["See e.g. Fig. 3, i.e. No. 5.", "No.", "I won't."]),
        ("At 5 p.m. He left the U.S. Army in 1944.", ["At 5 p.m.", "He left the U.S. Army in 1944."]),
        ("J. R. R. Tolkien wrote it.", ["J. R. R. Tolkien wrote it."]),
        ("Go to www.example.com/a.html? Yes.", ["Go to www.example.com/a.html?", "Yes."]),
        ("Mail me@example.org. Thanks!", ["Mail me@example.org.", "Thanks!"]),
        ("“Stop!” he said. “Why?” I asked.", ["“Stop!” he said.", "“Why?”", "I asked."]),
        ("Well... maybe. Wait… What?!", ["Well... maybe.", "Wait…", "What?!"]),
        ("你好。“你是谁？”他问！", ["你好。", "“你是谁？”", "他问！"]),
        ("我……不知道。圆周率是3.14。", ["我……不知道。", "圆周率是3.14。"]),
        ("用ChatGPT.很好", ["用ChatGPT.", "很好"]),
        ("No end mark", ["No end mark"]),
        ("A heading\n\nThe text\nover two lines", ["A heading", "The text over two lines"]),
        ("A list:\n- one\n- two\n1. First\n2. Second", ["A list:", "- one", "- two", "1. First", "2. Second"]),
        ("hard-\nwrapped. 中文换\n行。", ["hard-wrapped.", "中文换行。"]),
        ("  many\t spaces \r\n here  ", ["many spaces here"]),
    ],
)
def test_sentences_end_where_a_reader_pauses(text: str, expected: list[str]) -> None:
    assert texts(text) == expected
    assert all(map(is_well_formed, sentences(text)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("我在用 ChatGPT 写 code", ["我在用", "ChatGPT", "写", "code"]),
        ("A股很好", ["ay", "股", "很好"]),
        ("iPhone 15 很贵", ["iphone", "十五很贵"]),
        ("The word 你好 means hello", ["the word", "你好", "means hello"]),
        ("He said 谢谢, I think.", ["he said", "谢谢", ",", "i think"]),
        ("My new phone cost me 9999元 in 2024.", ["my new phone cost me", "九千九百九十九元", "in twenty twenty-four"]),
    ],
)
def test_two_languages_in_one_sentence(text: str, parts: list[str]) -> None:
    expected: list[str] = []
    for part in parts:
        said = [part] if part in PAUSES else (english if part.isascii() else chinese).phonemes(part)[:-1]
        expected += [BREAK] * bool(expected and expected[-1] not in PAUSES and part not in PAUSES) + said
    (sentence,) = sentences(text)
    assert sentence.symbols == (*expected, ".")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, “world” — it's O'Neil!", "Hello world it's O'Neil"),
        ("Dr. Lee paid $3.50 for 20% in 2025.", "Dr. Lee paid $3.50 for 20% in 2025"),
        ("Café naïve ChatGPT", "Café naïve ChatGPT"),
        ("twenty-four U.S. states", "twenty four U.S. states"),
        ("今天是2025年3月5日，涨了50%。", "今 天 是 2025 年 3 月 5 日 涨 了 50%"),
        ("花儿开了，二〇二五", "花 儿 开 了 二 〇 二 五"),
        ("我在用 ChatGPT 写 code", "我 在 用 ChatGPT 写 code"),
        ("The word 你好 costs 9999元 in 2024.", "The word 你 好 costs 9999 元 in 2024"),
        ("A股很好", "A 股 很 好"),
    ],
)
def test_each_symbol_knows_the_word_as_it_is_written(text: str, words: str) -> None:
    found: list[str] = []
    for sentence in sentences(text):
        assert len(sentence.words) == len(sentence.symbols)
        for symbol, word in zip(sentence.symbols, sentence.words, strict=True):
            assert bool(word) != (symbol in (*PAUSES, BREAK))
            if word and found[-1:] != [word]:
                found.append(word)
    assert found == words.split()


def test_numbers_follow_their_language() -> None:
    assert [said.symbols for said in sentences("倒数。3！2！")][1:] == [
        tuple(chinese.phonemes("三！")),
        tuple(chinese.phonemes("二！")),
    ]
    assert next(sentences("3!")).symbols == tuple(english.phonemes("three!"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "...",
        "?!",
        "，。！",
        "——",
        "()[]{}",
        "\x00\x01\x1b\x7f",
        "\u200b\u200d\ufeff",
        "\ud800\udfff",
        "* * *",
    ],
)
def test_nothing_to_say_gives_no_sentence(text: str) -> None:
    assert list(sentences(text)) == []


@pytest.mark.parametrize(
    ("text", "script", "word"),
    [
        ("Hello, Привет мир", "Cyrillic", "Привет"),
        ("你好 مرحبا", "Arabic", "مرحبا"),
        ("สวัสดี", "Thai", "สวัสดี"),
        ("안녕 하세요", "Hangul", "안녕"),
        ("ひらがな", "Hiragana", "ひらがな"),
        ("日本のアニメ", "Hiragana", "のアニメ"),
        ("カタカナ", "Katakana", "カタカナ"),
        ("Γειά σου", "Greek", "Γειά"),
        ("नमस्ते", "Devanagari", "नमस्ते"),
        ("שלום", "Hebrew", "שלום"),
    ],
)
def test_other_scripts_are_refused_by_name(text: str, script: str, word: str) -> None:
    with pytest.raises(GanimaError, match=script) as refusal:
        list(sentences(text))
    assert word in str(refusal.value) and "\n" not in str(refusal.value)
    with pytest.raises(GanimaError, match=script):
        list(stream(["Fine.", text]))


@pytest.mark.parametrize(
    "text", ["café naïve Ångström", "e\u0301cole", "α and β", "α粒子", "Ｈｅｌｌｏ", "𝐛𝐨𝐥𝐝 text", "👍", "❤️ 你好"]
)
def test_unusual_characters_of_these_scripts_are_said(text: str) -> None:
    said = list(sentences(text))
    assert said and all(map(is_well_formed, said))


def test_lines_are_taken_only_as_they_are_needed() -> None:
    taken = []

    def lines() -> Iterator[str]:
        for line in ["First one.", "Second of Dr.", "Lee", "goes on. Third", "", "Never"]:
            taken.append(line)
            yield line

    said = stream(lines())
    assert next(said).text == "First one." and taken == ["First one."]
    assert next(said).text == "Second of Dr. Lee goes on." and len(taken) == 4
    assert next(said).text == "Third" and len(taken) == 5


@pytest.mark.parametrize(
    "text",
    [
        "and the rain went on, " * 200,
        "word " * 500,
        "雨一直下，" * 200,
        "雨" * 1000,
        "a" * 2000,
        "word\n" * 500,
        "1234567890" * 100,
    ],
)
def test_long_sentences_are_cut(text: str) -> None:
    said = list(sentences(text))
    assert len(said) > 2
    assert all(is_well_formed(each) and len(each.symbols) < 2 * LONGEST for each in said)
    joined = "".join(each.text for each in said)
    assert joined.replace(" ", "") == "".join(text.split())


def test_long_sentences_are_cut_at_pauses() -> None:
    assert all(part.endswith(",") for part in texts("and the rain went on, " * 200))
    assert all(part.endswith("，") for part in texts("雨一直下，" * 200))


@pytest.mark.parametrize(
    "unit",
    ["#", "a.b ", "1-", ".", "(", "a\n", "你\n", "\x00", "Dr. ", "U.", "“”", "\u200d", "e\u0301\u0323", " ", "!? "],
)
def test_senseless_text_takes_linear_time(unit: str) -> None:
    assert all(map(is_well_formed, sentences(unit * (8_000 // len(unit)))))


@pytest.mark.parametrize("unit", ["a", ".", "\x00", "\n"])
def test_200_kilobytes_of_junk(unit: str) -> None:
    assert all(map(is_well_formed, sentences(unit * (200_000 // len(unit)))))
