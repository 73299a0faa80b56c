"""What somebody types, moves or draws, read as the inputs of a task's networks."""
