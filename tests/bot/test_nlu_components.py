"""Each step of understanding alone, without a trained model."""

import threading
from datetime import date

import jieba
import numpy as np
import pytest

from bot.nlu.clauses import said_first, second_matter
from bot.nlu.corrector import correct
from bot.nlu.decision import decide
from bot.nlu.encoder import SentenceEncoder
from bot.nlu.extractor import EntityRules, PatternError
from bot.nlu.intent_model import Calibration, ClassifierNotLoadable, IntentModel
from bot.nlu.ngrams import NgramVectorizer
from bot.nlu.normalizer import normalize
from bot.nlu.tokenizer import LEXICON, Segmenter
from bot.nlu.values import chinese_number, spoken_digits


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＷｉＦｉ　连不上", "WiFi 连不上"),
        ("Wi-Fi连不上", "wifi连不上"),
        ("寬帶連不上網", "宽带连不上网"),
        ("没网了😡😡", "没网了"),
        ("谢谢[玫瑰]", "谢谢"),
        ("😡", "😡"),
        ("好好好好好", "好好"),
        ("怎么回事！！！！！", "怎么回事!"),
        ("\u200b你好\u200d", "你好"),
        ("电话 13800000000", "电话 13800000000"),
        ("幺三八零零零零零零零零", "13800000000"),
        ("嗯那个我要投诉", "我要投诉"),
        ("嗯", "嗯"),
        ("那个那个流量还剩多少", "流量还剩多少"),
        ("一百九十九块的套餐", "199块的套餐"),
        ("两个G不够", "2个G不够"),
        ("百兆宽带", "百兆宽带"),
        ("  ", ""),
        ("a\x00b", "a b"),
    ],
)
def test_normalize(written, read):
    assert normalize(written) == read


def test_normalizing_twice_changes_nothing():
    for text in ("寬帶斷了！！！", "哈哈哈哈哈", "ＷＬＡＮ，连不上😡", "１３８ ００００ ００００"):
        assert normalize(normalize(text)) == normalize(text)


def test_segmenter_knows_telecom_words_and_places():
    words = Segmenter().words("光猫亮红灯了 老掉线")
    assert ("光猫", 0) in words and "老掉线" in [w for w, _ in words]
    assert all("光猫亮红灯了 老掉线"[at : at + len(w)] == w for w, at in words)


def test_segmenters_share_nothing():
    before = dict(jieba.dt.FREQ)
    Segmenter().words("光猫")
    assert before == jieba.dt.FREQ


def test_segmenter_from_many_threads():
    segmenter, found = Segmenter(), []
    threads = [
        threading.Thread(target=lambda: found.append(segmenter.words("宽带上不了网")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all(words == found[0] for words in found)


def test_lexicon_is_well_formed():
    lines = LEXICON.read_text(encoding="utf-8").splitlines()
    words = [line.split()[0] for line in lines]
    assert len(words) >= 800 and len(set(words)) == len(words)
    assert all(line.split()[1].isdigit() for line in lines)


def test_encoder_gives_unit_vectors_and_remembers():
    encoder = SentenceEncoder(cache_size=2)
    first = encoder.encode("宽带上不了网")
    assert first.shape == (384,) and abs(float(np.linalg.norm(first)) - 1) < 0.01
    assert encoder.encode("宽带上不了网") is first
    encoder.encode("一")
    encoder.encode("二")
    assert encoder.encode("宽带上不了网") is not first
    near = float(first @ encoder.encode("家里没网了"))
    assert near > float(first @ encoder.encode("推荐一部电影"))


def test_ngrams_are_unit_rows():
    vectorizer = NgramVectorizer.fit(["宽带断了", "宽带慢", "查话费"], min_count=1)
    rows = vectorizer.transform(["宽带断了", "zzz"])
    assert abs(rows[0].power(2).sum() - 1) < 1e-5 and rows[1].nnz == 0


HOW = Calibration(
    neighbours=0.5, sharpness=1, quick_sharpness=1, quick=1.1, act=0.5, margin=0.1, unknown=0.1
)


@pytest.fixture(scope="module")
def small_model():
    texts = ["宽带断了", "没网了", "网断了", "查话费", "话费多少", "余额多少"]
    vectors = np.eye(6, 8, dtype=np.float32)
    return IntentModel.train(
        texts, vectors, ["fault"] * 2 + ["slow"] + ["balance"] * 3, HOW
    ), vectors


def test_classifier_writes_and_reads_itself(small_model, tmp_path):
    model, vectors = small_model
    model.write(tmp_path)
    again = IntentModel.read(tmp_path)
    expected = model.probabilities("宽带断了", lambda: vectors[0])
    assert np.allclose(again.probabilities("宽带断了", lambda: vectors[0]), expected, atol=1e-6)
    assert model.intents[int(np.argmax(expected))] == "fault" and abs(expected.sum() - 1) < 1e-6


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "names", "pickle"])
def test_damaged_classifier_never_loads(small_model, tmp_path, damage):
    small_model[0].write(tmp_path)
    weights, names = tmp_path / "intent_weights.npz", tmp_path / "intent_names.json"
    if damage == "missing":
        weights.unlink()
    elif damage == "empty":
        weights.write_bytes(b"")
    elif damage == "cut":
        weights.write_bytes(weights.read_bytes()[:200])
    elif damage == "names":
        names.write_text('{"intents": ["fault"], "vocabulary": []}')
    else:
        np.save(weights.with_suffix(".npy"), np.array([object()]), allow_pickle=True)
        weights.with_suffix(".npy").replace(weights)
    with pytest.raises(ClassifierNotLoadable):
        IntentModel.read(tmp_path)


TODAY = date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("宽戴断了", "宽带断了"),
        ("光毛红灯", "光猫红灯"),
        ("我的套惨", "我的套餐"),
        ("查下机分", "查下积分"),
        ("投素客服", "投诉客服"),
        ("换新卡", "换新卡"),
        ("我要装网", "我要装网"),
        ("我叫宽戴", "我叫宽戴"),
        ("套灿路3号", "套灿路3号"),
        ("13800138000", "13800138000"),
        ("查一下这个号的话费", "查一下这个号的话费"),
    ],
)
def test_correct(typed, meant):
    assert correct(typed) == meant and len(correct(typed)) == len(typed)


@pytest.mark.parametrize(
    ("best", "second", "move"),
    [(0.9, 0.05, "act"), (0.45, 0.4, "ask"), (0.52, 0.47, "ask"), (0.05, 0.04, "unknown")],
)
def test_decide(best, second, move):
    ranking = [{"name": "a", "confidence": best}, {"name": "b", "confidence": second}]
    decision = decide(ranking, HOW)
    assert decision["move"] == move
    assert decision["choices"] == (["a", "b"] if move == "ask" else [])


@pytest.fixture(scope="module")
def rules():
    return EntityRules()


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("13800138000", "phone", "13800138000"),
        ("电话138 0013 8000", "phone", "13800138000"),
        ("138-0013-8000这个", "phone", "13800138000"),
        ("+86 13800138000", "phone", "13800138000"),
        ("幺三八零零幺三八零零零", "phone", "13800138000"),
        ("一三八零零一三八零零零", "phone", "13800138000"),
        ("bx261121483920", "work_order_number", "BX261121483920"),
        ("单号TS261121 483920查一下", "work_order_number", "TS261121483920"),
        ("59元套餐", "amount", 59.0),
        ("五十九块", "amount", 59.0),
        ("扣了我19.9元", "amount", 19.9),
        ("十个g", "data_volume", 10.0),
        ("512M流量", "data_volume", 0.5),
        ("20GB", "data_volume", 20.0),
        ("光猫亮红灯", "device", "光猫"),
        ("光猫亮红灯", "colour", "红"),
        ("PON灯在闪", "light", "PON灯"),
        ("los灯", "light", "LOS灯"),
        ("错误691", "error_code", "691"),
        ("提示678", "error_code", "678"),
        ("651错误", "error_code", "651"),
        ("宽带断了", "product", "broadband"),
        ("师傅周六上午来", "date", "2026-11-21"),
        ("师傅周六上午来", "visit_slot", "上午"),
        ("下个月1号下午两点半", "date", "2026-12-01"),
        ("下个月1号下午两点半", "visit_slot", "14:30"),
        ("改到下周二", "date", "2026-11-24"),
        ("1月3号再来", "date", "2027-01-03"),
        ("人民路88号能装宽带吗", "address", "人民路88号"),
        ("我在朝阳区", "area", "朝阳区"),
        ("129的套餐", "package", "129"),
        ("取消来显", "service", "来电显示"),
        ("我要求退钱", "wish", "退款"),
        ("扣了我八十", "amount", 80.0),
        ("iptv看不了", "product", "iptv"),
    ],
)
def test_entities(rules, text, entity, value):
    assert (entity, value) in [(e["entity"], e["value"]) for e in rules.find(text, TODAY)]


@pytest.mark.parametrize(
    "text", ["12345678901", "1380013800", "138001380001", "订单1234567890123456", "验证码482913"]
)
def test_what_is_no_phone(rules, text):
    assert not [e for e in rules.find(text) if e["entity"] == "phone"]


def test_entities_do_not_overlap(rules):
    found = rules.find("光猫LOS灯红的,套餐59元10个G,电话13800138000")
    assert all(a["end"] <= b["start"] for a, b in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("phrases: {a: [b]}", "entity"),
        ("entity: x\nexpressions: [{pattern: a, reader: no}]", "reader"),
    ],
)
def test_wrong_pattern_file_is_named(tmp_path, text, key):
    (tmp_path / "bad.yml").write_text(text, encoding="utf-8")
    with pytest.raises(PatternError, match=f"bad.yml.*{key}"):
        EntityRules(tmp_path)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("59", 59),
        ("十", 10),
        ("三十五", 35),
        ("一百二", 120),
        ("一百零五", 105),
        ("两千", 2000),
        ("元", None),
    ],
)
def test_chinese_number(text, number):
    assert chinese_number(text) == number


def test_spoken_digits():
    assert spoken_digits("幺三八 零零-拐洞") == "1380070"


@pytest.mark.parametrize(
    ("text", "heard", "first", "second"),
    [
        (
            "宽带上不去,另外我想问下什么时候到期",
            ("query_contract", "ask_faq"),
            "report_broadband_fault",
            "query_contract",
        ),
        (
            "手机没信号了还有帮我查查余额",
            ("query_balance", "report_mobile_fault"),
            "report_mobile_fault",
            "query_balance",
        ),
        ("查下余额,顺便看看流量", ("query_balance", "query_usage"), "query_balance", "query_usage"),
        ("宽带坏了,帮我查查余额", ("query_balance", "ask_faq"), "query_balance", None),
        ("还有多少话费", ("query_balance", "query_bill"), "query_balance", None),
        ("另外呢", ("ask_faq", "inform"), "ask_faq", None),
    ],
)
def test_what_is_said_before_another_matter_comes_first(text, heard, first, second):
    shares = (0.85, 0.13)
    ranking = [{"name": n, "confidence": c} for n, c in zip(heard, shares, strict=True)]
    ordered = said_first(text, ranking)
    assert ordered[0] == {"name": first, "confidence": 0.85}
    if second:
        assert second_matter(text, ordered) == second
