"""What reflected models do as declarative ones: bases without a table, inheritance, tables of other schemas."""

import pytest
from my_flask_app.app import create_app
from my_flask_app.db import db_session
from my_flask_app.people import Employee, Event, Manager, Trainee
from sqlalchemy import select
from sqlalchemy.orm.exc import UnmappedClassError

if __name__ == "__main__":
    for ask in (lambda: Manager.budget, lambda: Event.id):
        with pytest.raises(AttributeError, match="not read yet: ask in a function"):
            ask()
    with pytest.raises(UnmappedClassError, match="Employee is a subclass of DeferredReflection"):
        select(Employee)
    app = create_app()
    for _ in range(2):  # the second time nothing is left to do
        result = app.test_cli_runner().invoke(args=["init-db"])
        assert result.exit_code == 0, result.output
    assert "already" in result.output
    assert app.test_client().get("/health").status_code == 200
    with app.app_context():
        db_session.add_all([Employee(name="Ann"), Manager(name="Bob", budget=7), Trainee(name="Cid")])
        db_session.commit()
    with app.app_context():
        found = db_session.scalars(select(Employee).order_by(Employee.id)).all()
        assert [(type(each), each.shout()) for each in found] == [(Employee, "ANN"), (Manager, "BOB"), (Trainee, "CID")]
        assert db_session.scalars(select(Manager.budget)).one() == 7
        events = db_session.scalars(select(Event).order_by(Event.id)).all()
        assert {each.name for each in events} == {"$$;"}
        assert [each.employee.name for each in events] == ["Ann", "Bob", "Cid"]
        with pytest.raises(AttributeError, match=r"^Manager has no salary$"):
            Manager.salary  # noqa: B018
    print("all good")
