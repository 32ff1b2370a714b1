"""One router a file; each exports ROUTER."""
