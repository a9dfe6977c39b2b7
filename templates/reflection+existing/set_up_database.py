def set_up_database() -> str:
    """Fit the classes to the database; return what is to know of it: how many tables, and what was left out."""
    output = run("Reading the database", str(BIN / "flask"), "reflect-models", stdout=subprocess.PIPE)
    lines = output.strip().splitlines()
    return "\n".join([lines[-1], *(line for line in lines if line.startswith("Left out"))])
