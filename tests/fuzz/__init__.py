"""Whatever comes from outside, thrown at its reader: by hypothesis for minutes, by atheris for as long as one likes."""
