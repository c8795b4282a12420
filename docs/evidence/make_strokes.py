"""Makes canteen/noticeboard/wall/strokes.txt from the Unihan database.

    python docs/evidence/make_strokes.py Unihan_IRGSources.txt > canteen/noticeboard/wall/strokes.txt

The file is part of Unicode 15.0 (Unihan.zip, or Debian's package unicode-data). Of each character's kTotalStrokes the
first value is taken: the count of the form used in mainland China.
"""

import sys
from itertools import groupby
from pathlib import Path

WIDTH = 96
NONE = 33  # "!" stands for no strokes, the next character for one, and so on
NOTICE = """\
# Total strokes of Chinese characters, as written in mainland China: the first value of kTotalStrokes of the
# Unihan database, Unicode 15.0.0. Made by docs/evidence/make_strokes.py; rearranged, not changed.
#
# Copyright (c) 1991-2022 Unicode, Inc. All rights reserved. Distributed under the Terms of Use in
# https://www.unicode.org/copyright.html. Permission is hereby granted, free of charge, to any person obtaining a
# copy of the Unicode data files and any associated documentation (the "Data Files") to deal in the Data Files
# without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute,
# and/or sell copies of the Data Files, and to permit persons to whom the Data Files are furnished to do so,
# provided that either (a) this copyright and permission notice appear with all copies of the Data Files, or (b)
# this copyright and permission notice appear in associated Documentation.
# THE DATA FILES ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
# TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT OF THIRD PARTY RIGHTS.
#
# A line: the first code point, then one character for it and each that follows; its code less 33 is the count."""


def read(path: Path) -> dict[int, int]:
    """Strokes by code point."""
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if "\tkTotalStrokes\t" in line)
    return {int(point[2:], 16): int(values.split()[0]) for point, _field, values in lines}


def lines(strokes: dict[int, int]) -> list[str]:
    """Neighbours on one line, at most WIDTH of them."""
    found = []
    numbered = enumerate(sorted(strokes))
    for _gap, run in groupby(numbered, key=lambda entry: entry[1] - entry[0]):
        points = [point for _number, point in run]
        for start in range(0, len(points), WIDTH):
            part = points[start : start + WIDTH]
            found.append(f"{part[0]:X} " + "".join(chr(NONE + strokes[point]) for point in part))
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join([NOTICE, *lines(read(Path(sys.argv[1])))]) + "\n")
