"""Profiles: what is read, what is refused and in which words, and that writing loses nothing."""

from __future__ import annotations

import stat
import threading
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signal_tui.api import Vendor, WrittenNumber
from signal_tui.core.paths import Paths
from signal_tui.core.profile_files import put_integration, remove_integration
from signal_tui.core.profile_lines import line_of
from signal_tui.core.profiles import Profile, ProfileError, known_profiles, load
from tests.acme import Acme
from tests.zenith import Zenith

VENDORS: Mapping[str, Vendor] = {"acme": Acme(), "zenith": Zenith()}

GOOD = """\
# Staging of the shop
production = true
consent_default = "denied"

[integrations.shop-acme]            # the first
vendor = "acme"
consent_categories = ["analytics", "marketing"]
strict_names = true
[integrations.shop-acme.config]
url = "https://acme.example"
[[integrations.shop-acme.mappings]]
event = "Order Completed"
source = "properties.coupon"
target = "coupon"
[[integrations.shop-acme.mappings]]
value = 98.00
target = "price"

[integrations.z]
vendor = "zenith"
preset = "recommended"
enabled = false
base_url = "http://127.0.0.1:8090/z/"
[integrations.z.config]
zenith_url = "https://z.example"
site_id = 1
timeout = 9
debug = true
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.under(tmp_path)


def put(paths: Paths, text: str | bytes, name: str = "default") -> Path:
    paths.profiles.mkdir(parents=True, exist_ok=True)
    file = paths.profiles / f"{name}.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def read(paths: Paths, text: str, *, strict: bool = True) -> Profile:
    put(paths, text)
    return load(None, VENDORS, paths, strict=strict)


def problems(paths: Paths, text: str) -> list[str]:
    """The problems of a profile, without the name of the file."""
    with pytest.raises(ProfileError) as caught:
        read(paths, text)
    file = str(paths.profiles / "default.toml")
    lines = str(caught.value).split("\n")
    assert all(line.startswith(file) for line in lines)
    return [line.removeprefix(file).lstrip(":") for line in lines]


def one_problem(paths: Paths, text: str) -> str:
    [problem] = problems(paths, text)
    return problem


def test_everything_is_read(paths: Paths) -> None:
    profile = read(paths, GOOD)
    assert (profile.name, profile.key, profile.production, profile.consent_default) == (
        "default",
        "default",
        True,
        "denied",
    )
    assert list(profile.integrations) == ["shop-acme", "z"]
    shop, z = profile.integrations.values()
    assert (shop.vendor, shop.preset, shop.enabled, shop.sandbox, shop.strict_names) == (
        "acme",
        None,
        True,
        False,
        True,
    )
    assert shop.consent_categories == ("analytics", "marketing")
    assert shop.config == {"url": "https://acme.example"}
    coupon, price = shop.own_mappings()
    assert (coupon.event, coupon.sources, coupon.target, coupon.origin) == (
        "Order Completed",
        ("properties.coupon",),
        "coupon",
        "own",
    )
    assert isinstance(price.value, WrittenNumber)
    assert str(price.value) == "98.00"
    assert (z.preset, z.enabled, z.base_url) == ("recommended", False, "http://127.0.0.1:8090/z")
    assert z.config == {"zenith_url": "https://z.example", "site_id": 1, "timeout": 9, "debug": True}
    assert z.consent_categories == ("analytics",)
    assert profile.problems == {}


def test_without_a_profile_there_is_a_sandbox_of_every_vendor_that_has_one(paths: Paths) -> None:
    profile = load(None, VENDORS, paths)
    assert (profile.name, profile.path, profile.production) == ("sandbox", None, False)
    [acme] = profile.integrations.values()
    assert (acme.name, acme.vendor, acme.sandbox) == ("acme", "acme", True)
    assert acme.config == {"url": "https://acme.sandbox.example"}
    assert not paths.config.exists()


def test_the_built_in_one_is_there_by_name_beside_a_default(paths: Paths) -> None:
    put(paths, GOOD)
    assert load("sandbox", VENDORS, paths).path is None
    put(paths, "[integrations]\n", "sandbox")
    assert load("sandbox", VENDORS, paths).path is not None


def test_a_double_that_cannot_be_made_is_a_problem_and_no_crash(paths: Paths) -> None:
    class Broken(Acme):
        def sandbox(self) -> None:  # type: ignore[override]  # it breaks
            raise ZeroDivisionError("no")

    profile = load(None, {"acme": Acme(), "broken": Broken()}, paths)
    assert list(profile.integrations) == ["acme"]
    assert "ZeroDivisionError" in profile.problems["broken"]


def test_by_name_and_by_path(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(paths, GOOD, "staging")
    assert load("staging", VENDORS, paths).name == "staging"
    other = tmp_path / "a" / "staging.toml"
    other.parent.mkdir()
    other.write_text(GOOD)
    by_path = load(str(other), VENDORS, paths)
    assert (by_path.name, by_path.path) == ("staging", other)
    assert by_path.key.startswith("staging-")
    monkeypatch.chdir(other.parent)
    assert load("staging.toml", VENDORS, paths).key == by_path.key
    assert load("./staging.toml", VENDORS, paths).key == by_path.key
    assert known_profiles(paths) == ["staging"]


def test_a_profile_that_is_not_there_names_the_nearest(paths: Paths, tmp_path: Path) -> None:
    put(paths, GOOD, "staging")
    with pytest.raises(ProfileError, match="no profile 'stagin'; did you mean staging"):
        load("stagin", VENDORS, paths)
    with pytest.raises(ProfileError, match="no such file"):
        load(str(tmp_path / "x.toml"), VENDORS, paths)
    for wrong in ("..", "", "a b", "-x"):
        with pytest.raises(ProfileError, match="no profile's name"):
            load(wrong, VENDORS, paths)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = \n", ":1: is not TOML: Invalid value, column 5"),
        (b"[integrations.a]\nvendor = 'acme'\n[integrations.a]\n", ":3: is not TOML"),
        (b"a = 'x", "is not TOML"),
        (b"a = 1\nb = '\xff'\n", ":2: is not UTF-8 text"),
        (b"# " + b"x" * 1_000_001, "is longer than 1 MB"),
        (b"a = " + b"[" * 100_000, "is not TOML: nested too deeply"),
    ],
)
def test_a_file_that_is_no_toml(paths: Paths, content: bytes, words: str) -> None:
    file = put(paths, content)
    with pytest.raises(ProfileError) as caught:
        load(None, VENDORS, paths, strict=False)
    assert str(caught.value).startswith(str(file))
    assert words in str(caught.value)


def test_a_folder_and_a_device_are_no_profile(paths: Paths, tmp_path: Path) -> None:
    for path in (f"{tmp_path}/", "/dev/zero"):
        with pytest.raises(ProfileError):
            load(path, VENDORS, paths)


def test_a_byte_order_mark_does_not_matter(paths: Paths) -> None:
    put(paths, b"\xef\xbb\xbf" + GOOD.encode())
    assert len(load(None, VENDORS, paths).integrations) == 2


HEAD = '[integrations.shop]\nvendor = "acme"\nconfig = { url = "https://a.example" }\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("prodution = true\n", "1: prodution: is not known; did you mean production?"),
        ('production = "yes"\n', "1: production: must be true or false, not 'yes'"),
        ('\nconsent_default = "maybe"\n', "2: consent_default: must be one of granted, denied, not 'maybe'"),
        ("integrations = 3\n", "1: integrations: must be tables, such as [integrations.shop]"),
        ("[integrations]\nshop = 1\n", "2: integrations.shop: must be a table: [integrations.shop]"),
        (HEAD.replace("shop", "Shop"), "1: integrations.Shop: a name is made of a-z, 0-9 and -"),
        ("[integrations.x]\n", "1: integrations.x.vendor: is missing; known: acme, zenith"),
        ('[integrations.x]\nvendor = "acmee"\n', "2: integrations.x.vendor: 'acmee' is not known; did you mean acme?"),
        ('[integrations.x]\nvendor = "q"\n', "2: integrations.x.vendor: 'q' is not known; known: acme, zenith"),
        (HEAD + "enabeld = true\n", "4: integrations.shop.enabeld: is not known; did you mean enabled?"),
        (HEAD + "enabled = 1\n", "4: integrations.shop.enabled: must be true or false, not 1"),
        (HEAD + 'preset = "defalt"\n', "4: integrations.shop.preset: 'defalt' is not known; did you mean default?"),
        (HEAD + "preset = 3\n", "4: integrations.shop.preset: must be a text in one line"),
        (
            HEAD + 'consent_categories = ["analytics", "analitycs"]\n',
            "4: integrations.shop.consent_categories[1]: 'analitycs' is not known; did you mean analytics?",
        ),
        (
            HEAD + 'consent_categories = "analytics"\n',
            '4: integrations.shop.consent_categories: must be a list of texts, such as ["analytics"]',
        ),
        (HEAD + 'base_url = "a.example"\n', "4: integrations.shop.base_url: is no http address"),
        (HEAD + 'base_url = "https://u:p@a.example"\n', "base_url: holds a user or password"),
        (HEAD + 'proxy = "http://user:pw@proxy.example"\n', "proxy: holds a user or password"),
        (HEAD + 'base_url = "https://a.example/?x"\n', "base_url: goes on behind the path"),
        (HEAD + 'base_url = "https://a.example"\nsandbox = true\n', "base_url: and sandbox exclude each other"),
        (HEAD + 'ca_file = "no.pem"\n', "4: integrations.shop.ca_file: there is no file"),
        (HEAD + "mappings = 1\n", "4: integrations.shop.mappings: must be a list of tables"),
        (
            f'{HEAD}mappings = [{{ target = "a", source = "b" }}, {{ source = "b" }}]\n',
            "4: integrations.shop.mappings[1].target: is missing",
        ),
        (
            HEAD + '[[integrations.shop.mappings]]\ntarget = "a"\nsorce = "b"\n',
            "6: integrations.shop.mappings[0].sorce: is not known; did you mean source?",
        ),
        ('[integrations.shop]\nvendor = "acme"\n', "1: integrations.shop.config.url: Address is missing: Base URL."),
        (
            '[integrations.shop]\nvendor = "acme"\n[integrations.shop.config]\nurl = "https://a.example"\nulr = 1\n',
            "5: integrations.shop.config.ulr: is not known; did you mean url?",
        ),
        (
            '[integrations.z]\nvendor = "zenith"\n[integrations.z.config]\nzenith_url = "z.example"\nsite_id = "1"\n',
            "4: integrations.z.config.zenith_url: Address must start with http:// or https://.",
        ),
        (
            '[integrations.z]\nvendor = "zenith"\nsandbox = true\nconfig = { zenith_url = "http://z", site_id = 1 }\n',
            "3: integrations.z.sandbox: zenith has no sandbox",
        ),
    ],
)
def test_a_problem_says_file_line_key_and_what_is_near(paths: Paths, text: str, problem: str) -> None:
    said = one_problem(paths, text)
    assert problem in said
    assert said.split(":", 1)[0].isdigit()


@pytest.mark.parametrize("place", ["[integrations.shop]\n", "[integrations.shop.config]\nurl = 'https://a.example'\n"])
def test_a_token_is_refused_and_not_repeated(paths: Paths, place: str) -> None:
    text = "[integrations.shop]\nvendor = 'acme'\nconfig.url = 'https://a.example'\ntoken = 'geheim-1234'\n"
    if "config]" in place:
        text = f"[integrations.shop]\nvendor = 'acme'\n{place}token = 'geheim-1234'\n"
    said = one_problem(paths, text)
    assert "tokens are never in a profile" in said
    assert "signal-tui tokens set shop token" in said
    assert "geheim" not in said


def test_a_token_under_a_name_that_is_nearly_right_is_refused_too(paths: Paths) -> None:
    said = one_problem(paths, HEAD.replace(" }", ', tokn = "geheim-1234" }'))
    assert "signal-tui tokens set shop token" in said
    assert "geheim" not in said


def test_all_problems_are_said_at_once(paths: Paths) -> None:
    text = 'prod = 1\n[integrations.a]\nvendor = "x"\nenabld = true\n[integrations.b]\nvendor = "zenith"\n'
    assert [line.split(": ")[1] for line in problems(paths, text)] == [
        "prod",
        "integrations.a.vendor",
        "integrations.a.enabld",
        "integrations.b.config.zenith_url",
        "integrations.b.config.site_id",
    ]


def test_a_faulty_integration_leaves_the_others_usable(paths: Paths) -> None:
    text = GOOD + '[integrations.bad]\nvendor = "acme"\n[integrations.unknown]\nvendor = "gone"\n'
    profile = read(paths, text, strict=False)
    assert list(profile.integrations) == ["shop-acme", "z", "bad"]
    assert set(profile.problems) == {"bad", "unknown"}
    assert "config.url" in profile.problems["bad"]


def test_what_is_wrong_with_the_profile_itself_is_never_tolerated(paths: Paths) -> None:
    with pytest.raises(ProfileError, match="production"):
        read(paths, 'production = "true"\n', strict=False)


def test_a_sandbox_integration_needs_no_configuration_of_its_own(paths: Paths) -> None:
    profile = read(paths, '[integrations.try]\nvendor = "acme"\nsandbox = true\n')
    assert profile.integrations["try"].config == {"url": "https://acme.sandbox.example"}


def test_a_vendor_that_raises_is_a_problem_of_its_integration(paths: Paths) -> None:
    class Broken(Acme):
        @classmethod
        def presets(cls) -> Mapping[str, object]:  # type: ignore[override]  # it breaks
            raise RuntimeError("boom")

    put(paths, HEAD + 'preset = "x"\n')
    profile = load(None, {"acme": Broken()}, paths, strict=False)
    assert "RuntimeError: boom" in profile.problems["shop"]


MAPPING_FILES = {
    "m.toml": '[[mappings]]\ntarget = "a"\nvalue = 1.50\n[[events.page.mappings]]\ntarget = "b"\nsource = "x"\n',
    "m.json": '{"mappings": [{"target": "a", "value": 1.50}], '
    '"events": {"page": {"mappings": [{"target": "b", "source": "x"}]}}}',
    "m.yaml": "mappings:\n- {target: a, value: 1.50}\nevents:\n  page:\n    mappings:\n    - {target: b, source: x}\n",
    "list.json": '[{"target": "a", "value": 1.50}, {"target": "b", "source": "x", "event": "page"}]',
}


@pytest.mark.parametrize("name", MAPPING_FILES)
def test_mappings_in_a_file_beside_the_profile(paths: Paths, name: str) -> None:
    paths.profiles.mkdir(parents=True)
    (paths.profiles / name).write_text(MAPPING_FILES[name])
    text = HEAD + f'mappings_file = "{name}"\n[[integrations.shop.mappings]]\ntarget = "c"\nvalue = "own"\n'
    one, two, three = read(paths, text).integrations["shop"].own_mappings()
    assert (one.target, str(one.value), one.event) == ("a", "1.50", None)
    assert (two.target, two.sources, two.event, two.origin) == ("b", ("x",), "page", "own")
    assert three.target == "c"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("m.toml", "mappings = [", "m.toml: "),
        ("m.json", '{"mappings": [{"target": "a"}]}', "mappings[0]: needs either a source or a value"),
        ("m.json", '{"defaults": {}}', "defaults: cannot be set here"),
        ("m.json", '{"events": {"page": {"enabled": false}}}', "events.page.enabled: cannot be set here"),
        ("m.json", "3", "must be a table"),
        ("m.json", '{"mappings": 3}', "mappings: must be a list"),
        ("m.yaml", "a: [", "m.yaml: "),
        ("m.csv", "a,b", "says no format that is read"),
        ("m.json", b"\xff", "is not UTF-8 text"),
    ],
)
def test_a_faulty_file_of_mappings(paths: Paths, name: str, content: str | bytes, words: str) -> None:
    paths.profiles.mkdir(parents=True)
    (paths.profiles / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    said = one_problem(paths, HEAD + f'mappings_file = "{name}"\n')
    assert said.startswith("4: integrations.shop.mappings_file: ")
    assert words in said


@given(st.text(max_size=200))
def test_any_text_is_a_profile_or_an_error(text: str) -> None:
    from signal_tui.core.profile_reader import read_profile

    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    read_profile(tree, text, ("p", "p"), Path("p.toml"), VENDORS)


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["vendor", "preset", "enabled", "config", "mappings", "consent_categories", "base_url", "token", "x"]
)


@given(st.dictionaries(keys, trees), st.sampled_from(["acme", "zenith", 3]))
def test_any_table_is_an_integration_or_a_problem(table: dict[str, object], vendor: object) -> None:
    from signal_tui.core.profile_reader import read_profile

    tree = {"integrations": {"a": {"vendor": vendor, **table}}}
    profile, found = read_profile(tree, "", ("p", "p"), Path("p.toml"), VENDORS)
    assert profile.integrations or found
    assert "\n".join(map(str, found)) is not None


LINES = '''\
a = 1
"b c" = 2
[t]           # x
x.y = """
[not.a.table]
k = 1
"""
list = [
  "k = 2",
  1,
]
z = 3
[[t.rows]]
r = 1
[[t.rows]]
s = { u = 1 }
[t.rows.sub]
v = 1
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a",), 1),
        (("b c",), 2),
        (("t",), 3),
        (("t", "x", "y"), 4),
        (("t", "list"), 8),
        (("t", "list", 1), 8),
        (("t", "k"), 3),
        (("t", "z"), 12),
        (("t", "rows", 0, "r"), 14),
        (("t", "rows", 1), 15),
        (("t", "rows", 1, "s", "u"), 16),
        (("t", "rows", 1, "sub", "v"), 18),
        (("nowhere",), None),
    ],
)
def test_the_line_of_a_key(place: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(LINES, place) == line


# Writing


TABLE = {"vendor": "acme", "consent_categories": ["analytics"], "config": {"url": "https://new.example"}}


def test_a_first_integration_makes_the_profile(paths: Paths) -> None:
    file = paths.profiles / "default.toml"
    put_integration(file, "shop", TABLE, paths)
    assert load(None, VENDORS, paths).integrations["shop"].config == {"url": "https://new.example"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_adding_keeps_every_byte_that_is_there(paths: Paths) -> None:
    file = put(paths, GOOD)
    put_integration(file, "new", TABLE, paths)
    text = file.read_text()
    assert text.startswith(GOOD)
    assert list(load(None, VENDORS, paths).integrations) == ["shop-acme", "z", "new"]


def test_changing_keeps_comments_order_and_numbers(paths: Paths) -> None:
    file = put(paths, GOOD)
    table = tomllib.loads(GOOD, parse_float=WrittenNumber)["integrations"]["shop-acme"]
    table["config"]["url"] = "https://new.example"
    put_integration(file, "shop-acme", table, paths)
    assert file.read_text() == GOOD.replace("https://acme.example", "https://new.example")


def test_changing_removes_keys_that_are_gone(paths: Paths) -> None:
    file = put(paths, GOOD)
    put_integration(file, "shop-acme", TABLE, paths)
    profile = load(None, VENDORS, paths)
    assert list(profile.integrations) == ["shop-acme", "z"]
    assert profile.integrations["shop-acme"].own_mappings() == ()
    assert "# Staging of the shop" in file.read_text()
    assert "# the first" in file.read_text()


def test_removing(paths: Paths) -> None:
    file = put(paths, GOOD)
    assert remove_integration(file, "shop-acme", paths) is True
    assert list(load(None, VENDORS, paths).integrations) == ["z"]
    assert "# Staging of the shop" in file.read_text()
    before = file.read_text()
    assert remove_integration(file, "shop-acme", paths) is False
    assert file.read_text() == before
    assert remove_integration(file, "z", paths) is True
    put_integration(file, "shop", TABLE, paths)
    assert list(load(None, VENDORS, paths).integrations) == ["shop"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n# only a comment",
        "production = false",
        "[integrations]\n",
        "[integrations]\na = { vendor = 'acme', config = { url = 'https://a.example' } }\n",
        "[integrations.a.config]\nurl = 'https://a.example'\n[integrations.a]\nvendor = 'acme'\n",
        "[integrations.a]\r\nvendor = 'acme'\r\nconfig.url = 'https://a.example'\r\n",
        "[integrations.a]\nvendor = 'acme'\nconfig.url = 'https://a.example'",
    ],
)
def test_however_a_profile_is_written_nothing_is_lost(paths: Paths, text: str) -> None:
    file = put(paths, text)
    before = load(None, VENDORS, paths).integrations
    put_integration(file, "new", TABLE, paths)
    after = load(None, VENDORS, paths).integrations
    assert {name: after[name] for name in before} == before
    assert after["new"].config == {"url": "https://new.example"}
    assert remove_integration(file, "new", paths)
    assert load(None, VENDORS, paths).integrations == before


@pytest.mark.parametrize(
    "text",
    [
        "integrations.a.vendor = 'acme'\nintegrations.a.config.url = 'https://a.example'\n",
        "integrations = { a = { vendor = 'acme', config = { url = 'https://a.example' } } }\n",
    ],
)
def test_what_cannot_be_changed_without_loss_is_left(paths: Paths, text: str) -> None:
    file = put(paths, text)
    with pytest.raises(ProfileError, match="cannot be changed here without loss"):
        put_integration(file, "new", TABLE, paths)
    assert file.read_text() == text


def test_a_broken_profile_is_not_written_over(paths: Paths) -> None:
    file = put(paths, "a = \n")
    with pytest.raises(ProfileError, match=":1: is not TOML"):
        put_integration(file, "new", TABLE, paths)
    with pytest.raises(ProfileError):
        remove_integration(file, "new", paths)
    assert file.read_text() == "a = \n"


values = st.text(max_size=20) | st.integers(-(2**53), 2**53) | st.booleans()


@settings(max_examples=40)
@given(config=st.dictionaries(st.text(min_size=1, max_size=10), values, max_size=4))
def test_any_value_comes_back_as_it_was_written(
    config: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    paths = Paths.under(tmp_path_factory.mktemp("p"))
    file = put(paths, GOOD)
    put_integration(file, "new", TABLE, paths)
    put_integration(file, "new", {"vendor": "acme", "config": config}, paths)
    assert tomllib.loads(file.read_text())["integrations"]["new"].get("config", {}) == config


def test_writers_at_the_same_time_lose_nothing(paths: Paths) -> None:
    file = put(paths, GOOD)
    writers = [threading.Thread(target=put_integration, args=(file, f"n{number}", TABLE, paths)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(load(None, VENDORS, paths).integrations) == 10
