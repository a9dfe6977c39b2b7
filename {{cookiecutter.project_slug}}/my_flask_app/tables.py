"""The tables, written anew by `flask reflect-models`: what you add belongs in models.py."""

# By table: the columns whose attribute has another name.
RENAMED: dict[str, dict[str, str]] = {}
# What has no key, and so no class, views among them: schema and name.
KEYLESS: list[tuple[str | None, str]] = []
