def set_up_database() -> str:
    """Fit the classes to the database; return the sum of what `flask reflect-models` says, and what it left out."""
    output = run("Reading the database", str(BIN / "flask"), "reflect-models", stdout=subprocess.PIPE)
    lines = output.strip().splitlines()
    return "\n".join([lines[-1], *(line for line in lines if line.startswith("Left out"))])
