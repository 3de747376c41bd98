"""The driver: a process for each experiment, so that a crash costs only one, and their notes put together."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from analysis.gpu.plumbing import BEGUN, TEXT

#: Shares of the time left for each experiment; what one leaves over goes to the next ones.
SHARES = {"full": (56, 24, 235, 168, 240), "smoke": (26, 12, 30, 22, 30), "tiny": (60, 40, 200, 200, 20)}
SECONDS = {"full": 505, "smoke": 105, "tiny": 500}
GRACE = 6  # seconds that a process may overrun its deadline


def drive(mode: str, seconds: float, only: tuple[int, ...]) -> None:
    """Start the workers, give each its turn, and put the notes together."""
    out = Path(os.environ.get("OUT") or "out")
    out.mkdir(parents=True, exist_ok=True)
    scratch = Path(os.environ.get("LAB_TMP") or "/tmp") / f"lab_{os.getpid()}"
    scratch.mkdir(parents=True)
    notes = scratch / "notes.jsonl"
    end = BEGUN + seconds
    environment = {
        **os.environ,
        "LAB_T0": str(BEGUN),
        "PYTHONUNBUFFERED": "1",
        "LAB_STATE": str(scratch / "state.json"),
    }
    environment.setdefault("TRITON_CACHE_DIR", str(scratch / "triton"))

    def start(number: int, safe: bool = False):
        env = {**environment, "LAB_SAFE": "1"} if safe else environment
        command = [
            sys.executable,
            "-m",
            "analysis.gpu",
            "--worker",
            str(number),
            "--mode",
            mode,
            "--out",
            str(out),
            "--notes",
            str(notes),
        ]
        return subprocess.Popen(command, stdin=subprocess.PIPE, env=env, encoding="utf-8")

    workers = {n: start(n) for n in only}
    meta = {
        "mode": mode,
        "seconds": seconds,
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "script_sha256": script_digest(),
        "text_sha256": hashlib.sha256(TEXT.read_bytes()).hexdigest() if TEXT.exists() else None,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "phases": [],
    }
    for name, command in {
        "nvidia_smi": [
            "nvidia-smi",
            "--query-gpu=name,driver_version,memory.total,power.limit,clocks.max.sm,clocks.max.mem,temperature.gpu,pstate,vbios_version",
            "--format=csv",
        ],
        "cpu": ["bash", "-c", "lscpu | grep -E 'Model name|^CPU\\(s\\)'; free -g | head -2"],
    }.items():
        try:
            meta[name] = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=20).stdout
        except Exception as error:
            meta[name] = repr(error)
    described = meta["nvidia_smi"].splitlines()[1:2] or [""]
    meta["card"], meta["driver"] = [*described[0].split(", "), "", ""][:2]
    meta["long"] = bool(os.environ.get("LAB_LONG"))

    def write_meta() -> None:
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        meta["wall_seconds"] = round(time.time() - BEGUN, 2)
        meta["notes"] = [json.loads(line) for line in lines]
        for note in meta["notes"]:
            meta.update(note.get("versions", {}))
        (out / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")

    write_meta()
    for place, number in enumerate(only):
        for safe in (False, True):
            if safe:
                notes.with_name(f"ready{number}").unlink(missing_ok=True)
            worker = start(number, safe=True) if safe else workers[number]
            while not notes.with_name(f"ready{number}").exists() and worker.poll() is None and time.time() < end - 10:
                time.sleep(0.1)
            begun = time.time()
            shares = [SHARES[mode][n - 1] for n in only[place:]]  # of the time left
            if not safe:
                deadline = begun + (end - GRACE - begun) * shares[0] / sum(shares)
            try:
                worker.stdin.write(f"{deadline}\n")
                worker.stdin.flush()
                code = worker.wait(timeout=max(5, deadline + GRACE - time.time()))
            except subprocess.TimeoutExpired:
                worker.kill()
                code = "killed at its deadline"
            except Exception as error:
                worker.kill()
                code = repr(error)
            meta["phases"].append(
                {
                    "experiment": number,
                    "safe": safe,
                    "begun": round(begun - BEGUN, 2),
                    "deadline": round(deadline - BEGUN, 2),
                    "ended": round(time.time() - BEGUN, 2),
                    "code": code,
                }
            )
            write_meta()
            print(f"[driver {time.time() - BEGUN:6.1f}s] experiment {number} ended: {code}", flush=True)
            if code == 0 or deadline - time.time() < 30:
                break
    for worker in workers.values():
        if worker.poll() is None:
            worker.kill()
    write_meta()
    for path in sorted(out.iterdir()):
        print(f"{path.name}: {path.stat().st_size} bytes", flush=True)


def script_digest() -> str:
    """SHA-256 of all programs of this folder."""
    programs = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in programs)).hexdigest()
