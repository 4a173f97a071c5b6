"""A sentence, and what the mouth looks like at each moment: python examples/speak_with_timing.py OUT [TEXT]"""

import json
import sys
from pathlib import Path

import ganima

out = Path(sys.argv[1])
text = sys.argv[2] if len(sys.argv) > 2 else "Hello! It is half past 4."
ganima.speak(text, out / "hello.wav", timing=out / "hello.json")

timing = json.loads((out / "hello.json").read_text(encoding="utf-8"))
for shown in timing["visemes"]:
    mouth = timing["vrm"][shown["viseme"]]
    print(f"{shown['start']:6.3f} s  {shown['viseme']:4}", " ".join(f"{name} {much}" for name, much in mouth.items()))
