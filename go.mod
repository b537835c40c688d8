module caracal

go 1.26
