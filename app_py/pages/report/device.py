"""The device and the browser that measurements were made on, with "unknown" for what the browser does not tell."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app_py.engines.device import Device as EngineDevice
from app_py.engines.device import infos
from app_py.errors import AppError
from app_py.i18n import tr_noop
from app_py.onnxruntime import engines
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.platform.interface import Platform
from app_py.pages.report.user_agent import UNKNOWN, parse_user_agent
from app_py.session import probe

NO_WEBGL = tr_noop("cannot get 'webgl' context...")
"""The predecessor's words where there is no WebGL at all."""

NO_WEBGPU = tr_noop("none")


@dataclass(frozen=True, slots=True)
class Device:
    """`memory_gb` is what the browser admits to (8 at most); `threads` what onnxruntime-web may use."""

    os: str
    browser: str
    engine: str
    cpu_arch: str
    model: str
    mobile: bool
    cores: int | None
    memory_gb: float | None
    gpu: str
    webgpu: str
    isolated: bool
    threads: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


async def read_device(platform: Platform) -> tuple[Device, tuple[str, ...]]:
    """The device, and the engines that it can run by all that is known.

    An engine worker is asked; where it cannot start, everything is unknown, and every engine may be tried.
    """
    worker = EngineWorker(platform)
    try:
        facts = await probe(worker, 30)
    except AppError:
        return describe_device({}), engines.ids()
    finally:
        worker.kill()
    usable = tuple(info.id for info in infos(EngineDevice.from_probe(facts)) if info.usable)
    return describe_device(facts), usable


def describe_device(facts: Mapping[str, Any]) -> Device:
    """A device from the facts of `www/engine/device.js`, any of which may be missing.

    `facts["hints"]` are User-Agent Client Hints, which tell the truth where the User-Agent header is frozen.
    Source: https://wicg.github.io/ua-client-hints/
    """
    told = parse_user_agent(str(facts.get("browser") or ""))
    hints = facts.get("hints") or {}
    webgl, webgpu = facts.get("webgl"), facts.get("webgpu")
    isolated = facts.get("isolated") is True
    cores = facts.get("cores")
    return Device(
        os=_system(hints) or told.os,
        browser=told.browser,
        engine=told.engine,
        cpu_arch=_cpu_arch(hints) or told.cpu_arch,
        model=str(hints.get("model") or told.model),
        mobile=bool(hints.get("mobile", told.mobile)),
        cores=cores if isinstance(cores, int) else None,
        memory_gb=facts.get("memory_gb"),
        gpu=_gpu(webgl, facts),
        webgpu=_adapter(webgpu, facts),
        isolated=isolated,
        threads=min(cores, engines.complete().most_threads) if isolated and isinstance(cores, int) else 1,
    )


def _system(hints: Mapping[str, Any]) -> str | None:
    platform, version = str(hints.get("platform") or ""), str(hints.get("platformVersion") or "")
    if not platform or not version.strip("0."):
        return None
    if platform == "Windows":
        # The hint counts Windows' own releases: 13 and above are Windows 11.
        # Source: https://learn.microsoft.com/microsoft-edge/web-platform/how-to-detect-win11
        return f"Windows {11 if int(version.split('.')[0]) >= 13 else 10}"
    return f"{platform} {version}"


def _cpu_arch(hints: Mapping[str, Any]) -> str | None:
    return {
        ("x86", "64"): "amd64",
        ("x86", "32"): "ia32",
        ("arm", "64"): "arm64",
        ("arm", "32"): "arm",
    }.get((str(hints.get("architecture")), str(hints.get("bitness"))))


def _gpu(webgl: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> str:
    if webgl is None:
        return NO_WEBGL if "webgl" in facts else UNKNOWN
    return str(webgl.get("renderer") or UNKNOWN)


def _adapter(webgpu: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> str:
    if webgpu is None:
        return NO_WEBGPU if "webgpu" in facts else UNKNOWN
    words = [str(webgpu[name]) for name in ("vendor", "architecture", "description") if webgpu.get(name)]
    return " ".join(words) or UNKNOWN
