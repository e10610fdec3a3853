from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str = "sqlite:////tmp/mikrom.db"
    redis_url: str = "redis://localhost:6379/0"
    secret_key: str = ""


settings = Settings()
