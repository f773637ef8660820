namespace BuildSharp.Containers.Running;

/// <summary>/run/.containerenv, by which programs tell that they run in a container, and in whose.</summary>
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
