def set_up_database() -> str:
    """Fit the classes to the database; return what is to know of it: how many tables, and what cannot be used."""
    output = run("Reading the database", str(BIN / "flask"), "reflect-models", stdout=subprocess.PIPE)
    *lines, counts = output.strip().splitlines()
    return "\n".join([counts, *(line for line in lines if not re.search(r" is new: class \w+$", line))])
