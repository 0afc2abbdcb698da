"""The command line `xiaotong`: help that teaches, errors in one line, exit code 2."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.engine import make_url

from desk.model.errors import BadData
from desk.settings import ROOT, Settings, load_secrets, load_settings
from xiaotong import checks, up
from xiaotong.agents import app as agents_app
from xiaotong.api_keys import app as api_keys_app
from xiaotong.audit import app as audit_app
from xiaotong.bench import bench
from xiaotong.database import app as db_app
from xiaotong.diagnosis import app as diagnosis_app
from xiaotong.follow_up import app as follow_up_app
from xiaotong.incidents import app as incidents_app
from xiaotong.knowledge import app as knowledge_app
from xiaotong.lines import app as line_app
from xiaotong.nlu import app as nlu_app
from xiaotong.orders import app as orders_app
from xiaotong.parts import RASA_PYTHON, environment, model_file
from xiaotong.preflight import CannotStart, check_interpreter
from xiaotong.retention import app as retention_app
from xiaotong.simulate import simulate
from xiaotong.sla import app as sla_app
from xiaotong.teams import app as teams_app
from xiaotong.timers import app as timers_app
from xiaotong.wechat import app as wechat_app

app = typer.Typer(
    help="小通：电信运营商的中文智能客服台。常用：xiaotong up 启动；xiaotong orders list 看工单。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(db_app, name="db")
app.add_typer(agents_app, name="agents")
app.add_typer(audit_app, name="audit")
app.add_typer(orders_app, name="orders")
app.add_typer(teams_app, name="teams")
app.add_typer(incidents_app, name="incidents")
app.add_typer(follow_up_app, name="follow-up")
app.add_typer(api_keys_app, name="api-keys")
app.add_typer(retention_app, name="retention")
app.add_typer(sla_app, name="sla")
app.add_typer(timers_app, name="timers")
app.add_typer(line_app, name="line")
app.add_typer(wechat_app, name="wechat")
app.add_typer(nlu_app, name="nlu")
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(diagnosis_app, name="diagnosis")


@app.command("up")
def up_command() -> None:
    """启动全部进程（数据库、模型、网关、坐席台、接口），按 Ctrl-C 停止。

    首次启动会建库、载入演示数据、训练模型，并显示坐席初始密码。
    """
    raise typer.Exit(up.up(load_settings()))


@app.command("train")
def train_command(
    force: Annotated[bool, typer.Option(help="数据没有变化也重新训练")] = False,
    accept_worse: Annotated[
        str | None, typer.Option(metavar="原因", help="变差也换上，原因会记录下来")
    ] = None,
) -> None:
    """训练对话模型；训练数据、配置或管道没有变化时不做任何事。

    新模型与现在的模型比较，任何一组测试句子变差超过一个百分点就不换上。
    """
    check_interpreter()
    if not up.train(load_settings(), force=force, accept_worse=accept_worse):
        raise typer.Exit(1)


@app.command("settings")
def settings_command() -> None:
    """显示当前生效的设置（来自默认值、settings.toml 和环境变量）。"""
    console = Console(highlight=False, soft_wrap=True)
    settings = load_settings()
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if value and name.endswith("_url"):
            value = make_url(value).render_as_string(hide_password=True)
        console.print(f"{name} = {value}", markup=False)


@app.command("check")
def check_command() -> None:
    """格式、规则、类型、导入规则、文档：提交前运行。"""
    raise typer.Exit(checks.check())


@app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test_command(context: typer.Context) -> None:
    """运行全部测试；多余的参数交给 pytest，例如 -k 名称。"""
    raise typer.Exit(checks.test(context.args))


@app.command("nlu-eval")
def nlu_eval(
    data: Annotated[
        Path | None, typer.Option(help="制表符分隔的文件：句子<TAB>意图[,可接受…]")
    ] = None,
    pipeline: Annotated[
        str, typer.Option(help="own 本系统；stock 用同样的数据训练 Rasa 自带的中文管道来对比")
    ] = "own",
) -> None:
    """测量理解得怎样；最后一行是 JSON。"""
    settings = load_settings()
    check_interpreter()
    if pipeline == "own":
        up.train(settings)
    command = [str(RASA_PYTHON), "-m", "bot.evaluate", "--model", str(model_file(settings))]
    command += ["--pipeline", pipeline]
    if data is not None:
        command += ["--data", str(data)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(settings, load_secrets(settings)), check=False
    )
    raise typer.Exit(done.returncode)


@app.command("bench")
def bench_command(
    turns: Annotated[int, typer.Option(min=10, max=5000, help="测多少个回合")] = 200,
) -> None:
    """测一个回合要多久：对正在运行的小通发消息，报告 p50、p95、p99。"""
    raise typer.Exit(bench(load_settings(), turns))


@app.command("simulate")
def simulate_command(
    rounds: Annotated[int, typer.Option(min=1, max=20, help="每种故障模拟几轮")] = 1,
    seed: Annotated[int, typer.Option(help="同样的种子，同样的客户")] = 1,
) -> None:
    """让模拟客户与小通对话（没有正在运行的就启动临时环境），报告故障是否得到正确处理。"""
    raise typer.Exit(simulate(load_settings(), rounds, seed))


def main() -> None:
    """Entry point: what people can get wrong is one line, not a traceback."""
    try:
        app()
    except (BadData, CannotStart) as error:
        print(f"✗ {error}", file=sys.stderr)
        sys.exit(2)
