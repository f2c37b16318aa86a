"""Turns coloured terminal output on stdin into an SVG on stdout: the picture in the README."""

import html
import re
import sys

COLORS = {"31": "#e5534b", "32": "#57ab5a", "33": "#c69026", "34": "#539bf5", "35": "#b083f0", "36": "#39c5cf"}
WIDTH, LINE = 8.45, 18


def spans(line: str) -> str:
    """One line: runs of text, each with the style that the escapes before it set."""
    out, style = [], ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            codes = part[2:-1].split(";")
            if codes in (["0"], [""]):
                style = ""
            for code in codes:
                normal = str(int(code) - 60) if code.isdigit() and 91 <= int(code) <= 96 else code
                if normal in COLORS:
                    style += f"fill:{COLORS[normal]};"
                elif code == "1":
                    style += "font-weight:bold;"
                elif code == "2":
                    style += "opacity:.65;"
                elif code == "4":
                    style += "text-decoration:underline;"
        elif part:
            out.append(f'<tspan style="{style}">{html.escape(part)}</tspan>')
    return "".join(out)


def main() -> None:
    lines = sys.stdin.read().rstrip("\n").split("\n")
    width, height = 80 * WIDTH + 32, len(lines) * LINE + 32
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" role="img">')
    print("<title>A report of practice run in a terminal</title>")
    print('<rect width="100%" height="100%" rx="8" fill="#1c2128"/>')
    print('<g font-family="ui-monospace,Menlo,Consolas,monospace" font-size="14" fill="#cdd9e5" xml:space="preserve">')
    for number, line in enumerate(lines):
        print(f'<text x="16" y="{30 + number * LINE}">{spans(line)}</text>')
    print("</g></svg>")


main()
