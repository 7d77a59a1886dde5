"""The documentation says what the code is: settings, commands, plugin contracts, addresses of files."""

from __future__ import annotations

import importlib.util
import inspect
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from lms import contracts
from lms.cli import main as bouquet
from lms.config import Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md")), ROOT / "bench" / "README.md"]
NAMES = {f"BOUQUET_{name.upper()}" for name in Settings.__dataclass_fields__}
OTHER_NAMES = {
    "BOUQUET_ADL_VALIDATOR",
    "BOUQUET_LANG",
    "BOUQUET_TEST_DATABASE",
}  # of the shell's messages, of the tests


def read_reference():
    spec = importlib.util.spec_from_file_location("build_reference", DOCS / "build_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_is_in_the_reference():
    assert (DOCS / "reference" / "cli.md").read_text(encoding="utf-8") == read_reference().cli_page(), (
        "run: python docs/build_reference.py"
    )


def test_every_setting_is_in_the_deployment_page():
    page = (DOCS / "deploy.md").read_text(encoding="utf-8")
    assert page == read_reference().deploy_page(page), "run: python docs/build_reference.py"
    assert all(setting.metadata["help"] for setting in Settings.__dataclass_fields__.values())


@pytest.mark.parametrize("path", [*PAGES, *sorted((DOCS / "deploy").iterdir())], ids=lambda path: path.name)
def test_settings_that_pages_name_exist(path):
    found = set(re.findall(r"\bBOUQUET_[A-Z0-9_]*[A-Z0-9]", path.read_text(encoding="utf-8")))
    assert found <= NAMES | OTHER_NAMES


def shell_lines():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("bouquet ") and page.name != "cli.md":
                    yield pytest.param(line, id=f"{page.name}: {line[:60]}")


@pytest.mark.parametrize("line", list(shell_lines()))
def test_commands_that_pages_show_can_be_given(line):
    words = shlex.split(line, comments=True)[1:]
    command = bouquet
    while isinstance(command, click.Group) and words:
        child = command.get_command(click.Context(command), words[0])
        assert child is not None, f"there is no command {words[0]!r}"
        command, words = child, words[1:]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known


def test_every_plugin_contract_is_in_the_guide():
    guide = (DOCS / "plugins.md").read_text(encoding="utf-8")
    for group in contracts.GROUPS.values():
        assert f"`{group}`" in guide
    for kind in (
        contracts.ActivityType, contracts.QuestionType, contracts.Exporter, contracts.Importer, contracts.Report,
        contracts.Plugin,
    ):  # fmt: skip
        assert f"`{kind.__name__}`" in guide
        own = [name for name in (*vars(kind), *inspect.get_annotations(kind)) if not name.startswith("_")]
        for name in own:
            assert f"`{name}" in guide, f"{kind.__name__}.{name} is not in docs/plugins.md"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_files_lead_somewhere(path):
    text = re.sub(r"```.*?```|`[^`]*\]\([^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), f"{path.name} leads to {target}, which is not there"


def test_the_compose_file_starts_commands_that_exist():
    services = yaml.safe_load((DOCS / "deploy" / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["worker"]["command"][0] in bouquet.list_commands(click.Context(bouquet))
    assert {"app", "worker", "postgres", "redis", "s3", "front"} <= set(services)
    assert set(services["app"]["environment"]) <= NAMES | {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"}


def test_the_units_start_commands_that_exist():
    for unit in (DOCS / "deploy").glob("*.service"):
        line = re.search(r"^ExecStart=\S+/bouquet (.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        assert line is not None
        test_commands_that_pages_show_can_be_given(f"bouquet {line.group(1)}")
