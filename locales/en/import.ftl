### Words for the one who imports a spreadsheet. fault-… names the code of what is wrong with a row.

import-row = Line { $line }
import-cell = Line { $line }, column “{ $column }”
import-rehearsal = Nothing was written: this was a trial. With --write, what is counted as new is written.
import-rows =
    { $count ->
        [one] { $count } row read
       *[other] { $count } rows read
    }
import-new =
    { $count ->
        [one] { $count } new case
       *[other] { $count } new cases
    }
import-people =
    { $count ->
        [one] { $count } new person
       *[other] { $count } new persons
    }
import-unchanged =
    { $count ->
        [one] { $count } row was imported before and says the same
       *[other] { $count } rows were imported before and say the same
    }
import-changed =
    { $count ->
        [one] { $count } row was imported before and says something else now; the case stays as it is
       *[other] { $count } rows were imported before and say something else now; the cases stay as they are
    }
import-held =
    { $count ->
        [one] { $count } row waits: its person may be on file already
       *[other] { $count } rows wait: their persons may be on file already
    }
import-refused =
    { $count ->
        [one] { $count } row was refused
       *[other] { $count } rows were refused
    }
import-most = What is wrong most often:

fault-before-opening = Lies before the day the case was opened.
fault-before-start = Lies before its beginning.
fault-birth-twice = Give either a birth date or an age.
fault-case-changed = The row says something else than when it became case { $about }. The case stays as it is: edit it there.
fault-client-mismatch = Associations are not imported: open their cases at the desk.
fault-control-character = Holds a control character.
fault-duplicate = The person is on this case already.
fault-forbidden = Your account may not do this.
fault-id-already-used = Somebody else imported this row meanwhile.
fault-in-future = Lies in the future.
fault-internal = Something broke on our side; the log says what.
fault-invalid-email = Is not an e-mail address.
fault-invalid-phone = Is not a phone number; begin with + and the country’s code.
fault-key-repeated = Has the same key as line { $about }.
fault-likely-known = The person is likely the one of file { $about }. Give that number in a column (people.number), or let the map register likely persons anew.
fault-likely-same-row = The person is likely the one of line { $about }. Give both rows the same key of the person (people.key), or let the map register likely persons anew.
fault-not-of-office = Is not a worker of this office.
fault-office-closed = The office is closed.
fault-one-principal = Exactly one person is the principal of a case.
fault-out-of-range = Is outside what can be.
fault-outcome-of-open-need = An outcome needs a closed case: say when and why it was closed.
fault-person-key-used = Another file, which you may not see, has this key.
fault-required = Is missing.
fault-several-lines = Must be one line.
fault-too-long = Is too long.
fault-too-many = Are too many.
fault-too-many-cells = The row has more cells than there are columns; a quotation mark or separator is out of place.
fault-too-few-cells = The row has fewer cells than there are columns; a quotation mark or separator is out of place.
fault-unknown = There is no such record.
fault-unknown-code = Is not a code in use.
fault-unknown-file = There is no such file.
fault-unknown-office = Is not one of your offices.
fault-unknown-worker = No account has this e-mail.
fault-unreadable-date = Cannot be read as a date of the ways the map names.
fault-unreadable-number = Cannot be read as a whole number.
fault-unreadable-word = Is not one of the allowed words.
fault-unreadable-yes-no = Cannot be read as yes or no.
fault-value-not-mapped = The map does not say what this word means.
