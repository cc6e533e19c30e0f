### Words for the one who imports a spreadsheet. fault-… names the code of what is wrong with a row.

import-row = Línea { $line }
import-cell = Línea { $line }, columna «{ $column }»
import-rehearsal = No se escribió nada: fue una prueba. Con --write se escribe lo que aquí cuenta como nuevo.
import-rows =
    { $count ->
        [one] { $count } fila leída
       *[other] { $count } filas leídas
    }
import-new =
    { $count ->
        [one] { $count } caso nuevo
       *[other] { $count } casos nuevos
    }
import-people =
    { $count ->
        [one] { $count } persona nueva
       *[other] { $count } personas nuevas
    }
import-unchanged =
    { $count ->
        [one] { $count } fila ya se había importado y dice lo mismo
       *[other] { $count } filas ya se habían importado y dicen lo mismo
    }
import-changed =
    { $count ->
        [one] { $count } fila ya se había importado y ahora dice otra cosa; el caso queda como está
       *[other] { $count } filas ya se habían importado y ahora dicen otra cosa; los casos quedan como están
    }
import-held =
    { $count ->
        [one] { $count } fila espera: puede que la persona ya tenga ficha
       *[other] { $count } filas esperan: puede que las personas ya tengan ficha
    }
import-refused =
    { $count ->
        [one] { $count } fila rechazada
       *[other] { $count } filas rechazadas
    }
import-most = Lo que más falla:

fault-before-opening = Es anterior al día en que se abrió el caso.
fault-before-start = Es anterior a su comienzo.
fault-birth-twice = Indique la fecha de nacimiento o la edad, no ambas.
fault-case-changed = La fila ya no dice lo mismo que cuando se convirtió en el caso { $about }. El caso queda como está: edítelo allí.
fault-client-mismatch = Las asociaciones no se importan: abra sus casos en la ventanilla.
fault-control-character = Contiene un carácter de control.
fault-duplicate = La persona ya está en este caso.
fault-forbidden = Su cuenta no puede hacer esto.
fault-id-already-used = Otra persona importó esta fila entretanto.
fault-in-future = Está en el futuro.
fault-internal = Algo falló de nuestro lado; el registro dice qué.
fault-invalid-email = No es una dirección de correo.
fault-invalid-phone = No es un número de teléfono; empiece con + y el código del país.
fault-key-repeated = Tiene la misma clave que la línea { $about }.
fault-likely-known = Probablemente es la persona de la ficha { $about }. Indique ese número en una columna (people.number) o permita en el mapa registrar de nuevo a personas parecidas.
fault-likely-same-row = Probablemente es la persona de la línea { $about }. Dé a ambas filas la misma clave de persona (people.key) o permita en el mapa registrar de nuevo a personas parecidas.
fault-not-of-office = No trabaja en esta oficina.
fault-office-closed = La oficina está cerrada.
fault-one-principal = Un caso tiene exactamente una persona principal.
fault-out-of-range = Está fuera de lo posible.
fault-outcome-of-open-need = Un resultado requiere un caso cerrado: indique cuándo y por qué se cerró.
fault-person-key-used = Otra ficha, que usted no puede ver, tiene esta clave.
fault-required = Falta.
fault-several-lines = Debe ser una sola línea.
fault-too-long = Es demasiado largo.
fault-too-many = Son demasiados.
fault-too-many-cells = La fila tiene más celdas que columnas; hay una comilla o un separador fuera de lugar.
fault-too-few-cells = La fila tiene menos celdas que columnas; hay una comilla o un separador fuera de lugar.
fault-unknown = No existe tal registro.
fault-unknown-code = No es un código en uso.
fault-unknown-file = No existe esa ficha.
fault-unknown-office = No es una de sus oficinas.
fault-unknown-worker = Ninguna cuenta tiene este correo.
fault-unreadable-date = No se puede leer como fecha en las formas que indica el mapa.
fault-unreadable-number = No se puede leer como número entero.
fault-unreadable-word = No es una de las palabras permitidas.
fault-unreadable-yes-no = No se puede leer como sí o no.
fault-value-not-mapped = El mapa no dice qué significa esta palabra.
