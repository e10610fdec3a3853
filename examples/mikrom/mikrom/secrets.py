"""The login of a machine is stored encrypted."""

from cryptography.fernet import Fernet

from mikrom.config import settings

_fernet = Fernet(settings.secret_key or Fernet.generate_key())


def seal(text: str) -> str:
    return _fernet.encrypt(text.encode()).decode()
