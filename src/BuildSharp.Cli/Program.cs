using BuildSharp.Cli;
using BuildSharp.Linux;
using BuildSharp.Running.Chroot;

if (ChrootStage.IsMeant(args))
{
    return ChrootStage.Run();
}

// First, because a file opened while descriptor 0, 1 or 2 is closed would get that number and receive our output.
StandardDescriptors.OccupyClosed();

// Umask 022, whatever the caller's: with umask 077 the directories of an image would be accessible to root only.
ProcessIdentity.SetFileModeMask(Octal.O022);
using var interrupt = new Interrupt();
return await Launcher.RunAsync(args, Surroundings.OfProcess(), interrupt);
