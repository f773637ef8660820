namespace BuildSharp.Dockerfiles;

/// <summary>What RUN, CMD, ENTRYPOINT and HEALTHCHECK are to start.</summary>
public abstract record Command
{
    private protected Command()
    {
    }
}

/// <summary>A text for the stage's shell, passed as one argument and untouched.</summary>
/// <param name="Text">The whole rest of the line; empty when there was none.</param>
public sealed record ShellCommand(string Text) : Command;

/// <summary>A program and its arguments, started without a shell.</summary>
/// <param name="Arguments">The JSON array's elements, perhaps none.</param>
public sealed record ExecCommand(IReadOnlyList<string> Arguments) : Command;
