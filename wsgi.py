"""What a WSGI server loads."""

from canteen.app import create_app

application = create_app()
