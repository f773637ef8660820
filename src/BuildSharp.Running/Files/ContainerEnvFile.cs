namespace BuildSharp.Running.Files;

/// <summary>Content of /run/.containerenv, which tells programs that they run in a container.</summary>
internal static class ContainerEnvFile
{
    public static string Compose(RunTarget target, bool rootless) =>
        $"""
        engine="buildsharp-{typeof(ContainerEnvFile).Assembly.GetName().Version?.ToString(3)}"
        name="{target.ContainerName}"
        id="{target.ContainerId}"
        image="{target.ImageName}"
        imageid="{target.ImageId}"
        rootless={(rootless ? 1 : 0)}

        """;
}
