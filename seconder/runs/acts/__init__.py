"""What a worker does with a step of each kind. Each `act` answers whether the step came further."""
