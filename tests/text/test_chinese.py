"""Mandarin text is said as it is read aloud: polyphones, tones in running speech, numbers the Chinese way."""

import pytest

from ganima.text import chinese, chinese_numbers, chinese_reading, chinese_writing
from ganima.text.symbols import BREAK, FINALS, INITIALS, PAUSES, SYMBOLS, TONES


def heard(text: str) -> str:
    """Syllables of a text of Han characters alone, words between spaces."""
    return " ".join("".join(word) for word in chinese_reading.spoken(text))


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("我在中国银行工作", "yin2hang2"),
        ("他步行去上班", "bu4xing2"),
        ("这一行代码", "hang2"),
        ("一行人来了", "xing2"),
        ("重庆很重要", "chong2qing4"),
        ("重庆很重要", "zhong4yao4"),
        ("请重新写", "chong2xin1"),
        ("他长大了", "zhang3da4"),
        ("头发很长", "tou2fa5 hen3 chang2"),
        ("校长来了", "xiao4zhang3"),
        ("我去还书", "huan2shu1"),
        ("他还没来", "hai2 mei2"),
        ("还给他", "huan2gei3"),
        ("你了解他吗", "liao2jie3"),
        ("我吃了饭了", "chi1 le5 fan4 le5"),
        ("他们都去了首都", "dou1 qu4 le5 shou3du1"),
        ("你觉得怎么样", "jue2de5"),
        ("他在睡觉", "shui4jiao4"),
        ("音乐使人快乐", "yin1yue4 shi3 ren2 kuai4le4"),
        ("我得走了", "dei2 zou3"),
        ("他得到了书", "de2dao4"),
        ("跑得很快", "de5"),
        ("慢慢地走", "man4man4 de5"),
        ("地上有水", "di4shang4"),
        ("睡着了", "zhao2"),
        ("看着我", "kan4 zhe5"),
        ("着急什么", "zhao2ji2"),
        ("会计在开会", "kuai4ji4"),
        ("会计在开会", "kai1hui4"),
        ("他教我们", "jiao1"),
        ("教室很大", "jiao4shi4"),
        ("这个便宜", "pian2yi5"),
        ("很方便", "fang1bian4"),
        ("他姓曾", "zeng1"),
        ("曾经来过", "ceng2jing1"),
        ("单老师好", "shan4"),
        ("为人民服务", "wei4 ren2min2"),
        ("认为这样", "ren4wei2"),
        ("数了数", "shu3 le5"),
        ("数学很难", "shu4xue2"),
        ("种了树", "zhong4 le5"),
        ("各种各样", "zhong3"),
        ("三只小猪", "san1zhi1"),
        ("只有一个", "zhi2you3"),
        ("血液", "xue4ye4"),
        ("参差不齐", "cen1ci1"),
    ],
)
def test_characters_with_several_readings(text: str, syllables: str) -> None:
    assert syllables in heard(text)


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("一起", "yi4qi3"),
        ("一定", "yi2ding4"),
        ("一个", "yi2ge4"),
        ("一天", "yi4tian1"),
        ("第一", "di4yi1"),
        ("一楼", "yi1lou2"),
        ("二十一个", "er4shi2yi1ge4"),
        ("一百", "yi4bai3"),
        ("一万", "yi2wan4"),
        ("一点五", "yi1dian2wu3"),
        ("一点水", "yi4dian2 shui3"),
        ("三比一战胜", "san1bi3yi1 zhan4sheng4"),
        ("百分之一", "bai3fen1zhi1yi1"),
        ("看一看", "kan4 yi5 kan4"),
        ("一九九八年", "yi1jiu2jiu3ba1nian2"),
        ("统一", "tong3yi1"),
        ("不好", "bu4hao3"),
        ("不是", "bu2shi4"),
        ("去不去", "qu4bu5qu4"),
        ("对不起", "dui4bu5qi3"),
        ("你好", "ni2hao3"),
        ("我很好", "wo3 hen2hao3"),
        ("展览馆", "zhan2lan2guan3"),
        ("纸老虎", "zhi3 lao2hu3"),
        ("五把雨伞", "wu2ba3 yu2san3"),
        ("妈妈谢谢姐姐", "ma1ma5 xie4xie5 jie3jie5"),
        ("东西", "dong1xi5"),
        ("一点儿", "yi4dian3er5"),
        ("花儿", "hua1er5"),
        ("女儿", "nü3er2"),
    ],
)
def test_tones_in_running_speech(text: str, syllables: str) -> None:
    assert heard(text).replace(" ", "") == syllables.replace(" ", "")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("0", "零"),
        ("2", "二"),
        ("10", "十"),
        ("12", "十二"),
        ("110", "一百一十"),
        ("200", "两百"),
        ("1002", "一千零二"),
        ("2222", "两千二百二十二"),
        ("10086", "一万零八十六"),
        ("20000", "两万"),
        ("1000000", "一百万"),
        ("100000001", "一亿零一"),
        ("2000000000000", "两万亿"),
        ("007", "零零七"),
        ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
        ("-1,234.50", "负一千二百三十四点五零"),
    ],
)
def test_numbers(written: str, spoken: str) -> None:
    assert chinese_numbers.number(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("2024年5月3日", "二零二四年五月三日"),
        ("2023-12-25", "二零二三年十二月二十五日"),
        ("二〇二四年", "二零二四年"),
        ("80年代的90后", "八十年代的九零后"),
        ("下午3:30", "下午三点三十分"),
        ("14:05开始", "十四点零五分开始"),
        ("08:00:00", "八点"),
        ("¥199.50", "一百九十九元五角"),
        ("$1,234.56", "一千二百三十四点五六美元"),
        ("3.5%", "百分之三点五"),
        ("-3.2%", "负百分之三点二"),
        ("10%-20%", "百分之十到百分之二十"),
        ("3/4的人", "四分之三的人"),
        ("-5℃到25°C", "零下五摄氏度到二十五摄氏度"),
        ("180cm，75kg", "一百八十厘米，七十五公斤"),
        ("960万km²", "九百六十万平方公里"),
        ("120km/h", "一百二十公里每小时"),
        ("3~5天", "三到五天"),
        ("以3-1战胜", "以三比一战胜"),
        ("2个人，2号，第2名", "两个人，二号，第二名"),
        ("22个，200人，2000元", "二十二个，两百人，两千元"),
        ("电话13812345678", "电话幺三八幺二三四五六七八"),
        ("010-62345678", "零幺零六二三四五六七八"),
        ("密码是1234", "密码是幺二三四"),
        ("K123次列车", "K幺二三次列车"),
        ("2×3=6", "二乘以三等于六"),
        ("x²", "x的平方"),
        ("１２３", "一百二十三"),
        ("共③页", "共三页"),
        ("他说：“你好！”", "他说，你好！"),
        ("嗯……好——吧", "嗯…好，吧"),
        ("真的？？！", "真的？"),
        ("生日快乐🎂", "生日快乐，生日蛋糕"),
        ("见 https://www.example.com/。", "见 www点example点com。"),
        ("Node.js和C++", "Node点js和C plus plus"),
        ("I'm 'fine'", "I'm fine"),
        ("\x00你\u200b好\x07", "你好"),
    ],
)
def test_what_is_written_becomes_what_is_spoken(written: str, spoken: str) -> None:
    assert chinese_writing.normalise(written) == spoken


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("頭髮很長，乾淨的房間", "头发很长，干净的房间"),
        ("臺灣大學的學生覺得這個問題很難", "台湾大学的学生觉得这个问题很难"),
        ("皇后在後面還書", "皇后在后面还书"),
        ("請問銀行幾點開門？", "请问银行几点开门？"),
    ],
)
def test_traditional_characters_sound_like_simplified_ones(traditional: str, simplified: str) -> None:
    assert chinese.phonemes(traditional) == chinese.phonemes(simplified)


@pytest.mark.parametrize(
    ("syllable", "symbols"),
    [
        ("zhong1", ("zh", "ong1")),
        ("er2", ("er2",)),
        ("yi1", ("i1",)),
        ("you3", ("iou3",)),
        ("liu4", ("l", "iou4")),
        ("gui4", ("g", "uei4")),
        ("lun2", ("l", "uen2")),
        ("jun1", ("j", "ün1")),
        ("yuan2", ("üan2",)),
        ("nü3", ("n", "ü3")),
        ("lüe4", ("l", "üe4")),
        ("zi5", ("z", "-i5")),
        ("shi4", ("sh", "-ih4")),
        ("weng1", ("ueng1",)),
        ("ng2", ("ng2",)),
        ("abc", ()),
        ("", ()),
    ],
)
def test_syllables_become_initials_and_finals(syllable: str, symbols: tuple[str, ...]) -> None:
    assert chinese.symbols_of(syllable) == symbols


def test_every_syllable_of_pypinyin_has_its_symbols() -> None:
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_tone3

    syllables = {
        to_tone3(each, v_to_u=True, neutral_tone_with_five=True)
        for code, readings in PINYIN_DICT.items()
        if 0x4E00 <= code <= 0x9FFF
        for each in readings.split(",")
    }
    assert len(syllables) > 1200 and all(map(chinese.symbols_of, syllables))
    assert {symbol for each in syllables for symbol in chinese.symbols_of(each)} <= {
        *INITIALS,
        *(final + tone for final in FINALS for tone in TONES),
    }


def test_phonemes_have_breaks_between_words_pauses_and_one_end() -> None:
    assert chinese.phonemes("你好，世界") == ["n", "i2", "h", "ao3", ",", "sh", "-ih4", "j", "ie4", "."]
    assert chinese.phonemes("他在哪儿？！")[-1] == "?"
    assert chinese.phonemes("我用GPT写") == chinese.phonemes("我用 写")
    assert "GPT" in chinese.phonemes("我用GPT写", lambda words: [words.strip()])


@pytest.mark.parametrize("text", ["", " \n\t", "，。！？", "……", "()", "\x00\x1b\u200d", "\ud800", "🫠", "'", "+-*/"])
def test_nothing_to_say(text: str) -> None:
    assert chinese.phonemes(text) == []


@pytest.mark.parametrize(
    "unit", ["一", "不", "¥1", "1:", "第1-", "电话1", "中a1", "1,", "0.", "（", "儿", "\u20000", "一元"]
)
def test_senseless_text_is_said_in_linear_time(unit: str) -> None:
    symbols = chinese.phonemes(unit * (4_000 // len(unit)))
    assert set(symbols) <= set(SYMBOLS)
    marks = {*PAUSES, BREAK}
    assert not any(first in marks and second in marks for first, second in zip(symbols, symbols[1:], strict=False))
