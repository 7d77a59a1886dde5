"""What quality does: documents, reminders, improvements, packs. No service commits."""
