// Decides: the frames that the status area is held against.
// Leaves to others: the comparison (StatusAreaTests).

enum StatusAreaFrames {
  static let running = [
    " RUNNING  + and - change by one step                   train 3 of 40  left 28:14",
    " P001 · quadriceps left · S4 · large-muscle-tetanic                   session 12",
    "        set       ceiling                  measured        load    force  dose",
    " ch1  40.25→55    of 60 mA     [█████▒▒·]  40.2 mA ON     412 Ω   12.3 N  6 %",
    "   60 mA│                               ▁▁▁▂▂▂▂▃▃▃▃▄▄▄▄▅▅▅▆▆▆▆▇▇▇▇███ measured",
    "    0 mA│_▁▁▁▂▂▂▂▃▃▃▃▄▄▄▄▅▅▅▆▆▆▆▇▇▇▇█████████████████████████████████ last 60 s",
    " operator this console  link up  board simulated            dose 1.24 of 24.00 C",
    "",
    " STOP  Esc, Ctrl-C, Space on an empty line, the word stop; elsewhere nmes stop",
    "────────────────────────────────────────────────────────────────────────────────",
  ]

  static let ascii = [
    " RUNNING  + and - change by one step                   train 3 of 40  left 28:14",
    " P001 | quadriceps left | S4 | large-muscle-tetanic                   session 12",
    "        set       ceiling                  measured        load    force  dose",
    " ch1  40.25>55    of 60 mA     [#####++.]  40.2 mA ON     412 ohm   12.3 N  6 %",
    "   60 mA|                               ..........::::::::::||||||||| measured",
    "    0 mA|_..........::::::::::||||||||||||||||||||||||||||||||||||||| last 60 s",
    " operator this console  link up  board simulated            dose 1.24 of 24.00 C",
    "",
    " STOP  Esc, Ctrl-C, Space on an empty line, the word stop; elsewhere nmes stop",
    "--------------------------------------------------------------------------------",
  ]
}
