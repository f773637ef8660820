using BuildSharp.Cli;

using var interrupt = new Interrupt();
return await Launcher.RunAsync(args, Surroundings.OfProcess(), interrupt);
