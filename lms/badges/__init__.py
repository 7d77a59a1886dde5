"""Open Badges 3.0: what a hub attests of a person, signed, aligned to competencies, checked by anybody."""
