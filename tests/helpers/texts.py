"""Texts that are hard to carry into a file."""

AWKWARD = [
    "plain",
    """quotes ' " ''' \"\"\"""",
    "back\\slash \\n \\u0041 \\",
    "{{ 7 * 7 }} {% if %} {# no #} {{ '{' }} }} { {{",
    "delete \x7f",
    "ü 漢字 🙂 \N{ZERO WIDTH JOINER}",
    "<b>&amp;</b> 100% #1 ${HOME} $(id) `id`",
    "".join(map(chr, range(32, 0x3000))).replace("\x7f", ""),
]
