using BuildSharp.Cli;
using BuildSharp.Linux;

// Before anything is opened.
StandardDescriptors.OccupyClosed();

// Some callers' files are nobody else's business; what goes into an image is (umask 077 would make its directories root's alone).
ProcessIdentity.SetFileModeMask(0b_010_010);
using var interrupt = new Interrupt();
return await Launcher.RunAsync(args, Surroundings.OfProcess(), interrupt);
