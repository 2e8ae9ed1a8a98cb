"""What operators see and do, the same at every service: how lanes stand, and what is parked."""
