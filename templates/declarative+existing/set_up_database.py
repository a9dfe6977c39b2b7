def set_up_database() -> str:
    """Write models.py and the baseline from the database, once; return what is to know of the database."""
    script = PROJECT / "from_database"
    if script.is_dir():
        run("Writing models.py and the baseline from the database", str(BIN / "python"), "-m", script.name)
        shutil.rmtree(script)
    return "nothing was written to it, see README"
