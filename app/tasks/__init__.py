"""One task a file; each exports TASK. The file name is the task's id."""
