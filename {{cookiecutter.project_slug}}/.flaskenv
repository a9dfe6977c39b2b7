FLASK_APP=my_flask_app.app
