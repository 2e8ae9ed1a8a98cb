"""The rules of projects, pure: who may be registered, how a need goes on, what may be asked for."""
