using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Registry.Credentials;

/// <summary>A program <c>docker-credential-NAME</c> that keeps credentials, for example in a keychain
/// (<see href="https://github.com/docker/docker-credential-helpers"/>). It receives the name of a server on standard input; secrets pass
/// through pipes only.</summary>
internal sealed class CredentialProgram
{
    private const int OutputLimit = 1 << 20;
    private const string NotFound = "credentials not found in native keychain";
    private const string TokenUser = "<token>";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _environment;

    /// <summary>Creates the helper; starts nothing.</summary>
    /// <param name="name">The part of the program's name after <c>docker-credential-</c>.</param>
    /// <param name="environment">Environment of the program; PATH is used to find it.</param>
    /// <exception cref="BuildSharpException">The name has characters that a program's name must not have.</exception>
    public CredentialProgram(string name, IReadOnlyDictionary<string, string> environment)
    {
        if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-')))
        {
            throw new BuildSharpException($"credential helper \"{name}\": a name has letters, digits, dots, dashes and underscores");
        }

        _program = $"docker-credential-{name}";
        _environment = environment;
    }

    /// <summary>The credentials for a server; null if the helper has none.</summary>
    /// <exception cref="BuildSharpException">The helper is missing or fails.</exception>
    public async Task<RegistryLogin?> GetAsync(string server, CancellationToken cancellationToken)
    {
        var (status, output) = await RunAsync("get", server, cancellationToken).ConfigureAwait(false);
        if (status != 0)
        {
            return output.Contains(NotFound, StringComparison.Ordinal) ? null : throw Failed("get", server, status);
        }

        try
        {
            UnambiguousJson.Require(Encoding.UTF8.GetBytes(output));
            return JsonNode.Parse(output) is JsonObject reply && reply["Secret"] is JsonValue secret && secret.TryGetValue<string>(out var password)
                && reply["Username"] is JsonValue name && name.TryGetValue<string>(out var user)
                ? user == TokenUser ? new RegistryLogin("", "", password) : new RegistryLogin(user, password)
                : throw new FormatException();
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            // The message must not show the output, which may hold the secret.
            throw new BuildSharpException($"{_program} get for {server}: the answer is not JSON with Username and Secret");
        }
    }

    /// <summary>Stores credentials.</summary>
    /// <exception cref="BuildSharpException">The helper is missing or fails.</exception>
    public async Task StoreAsync(string server, RegistryLogin login, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["ServerURL"] = server, ["Username"] = login.UserName, ["Secret"] = login.Password };
        var (status, _) = await RunAsync("store", request.ToJsonString(), cancellationToken).ConfigureAwait(false);
        if (status != 0)
        {
            throw Failed("store", server, status);
        }
    }

    /// <summary>Removes the credentials of a server; false if the helper has none.</summary>
    /// <exception cref="BuildSharpException">The helper is missing or fails.</exception>
    public async Task<bool> EraseAsync(string server, CancellationToken cancellationToken)
    {
        var (status, output) = await RunAsync("erase", server, cancellationToken).ConfigureAwait(false);
        return status == 0 || (output.Contains(NotFound, StringComparison.Ordinal) ? false : throw Failed("erase", server, status));
    }

    private BuildSharpException Failed(string action, string server, int status) => new($"{_program} {action} for {server} ended with status {status}");

    private async Task<(int Status, string Output)> RunAsync(string action, string input, CancellationToken cancellationToken)
    {
        var path = ProgramSearch.Find(_program, _environment.GetValueOrDefault("PATH") ?? "")
            ?? throw new BuildSharpException($"credential helper {_program} not found: looked for it in PATH; install it, or remove it from the configuration");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var toChild = new AnonymousPipeServerStream(PipeDirection.Out);
        using var fromChild = new AnonymousPipeServerStream(PipeDirection.In);
        ChildProcess child;
        using (var read = Borrowed(toChild))
        using (var write = Borrowed(fromChild))
        {
            child = ChildProcess.Start(
                path, [action], _environment.Select(pair => $"{pair.Key}={pair.Value}"), ChildStream.To(read), ChildStream.To(write), ChildStream.Inherit);
        }

        toChild.DisposeLocalCopyOfClientHandle();
        fromChild.DisposeLocalCopyOfClientHandle();
        using (patience.Token.Register(() => child.Signal(Signals.Kill)))
        {
            string output;
            try
            {
                await toChild.WriteAsync(Encoding.UTF8.GetBytes(input), patience.Token).ConfigureAwait(false);
                toChild.Close();
                output = await ReadAsync(fromChild, patience.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // A helper that does not read its input is judged by its status.
                output = "";
            }

            var status = await child.Ended.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return patience.IsCancellationRequested
                ? throw new BuildSharpException($"{_program} {action} did not end within {Patience.TotalSeconds:0} seconds")
                : (status, output);
        }
    }

    private async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var got and > 0)
        {
            content.Write(buffer, 0, got);
            if (content.Length > OutputLimit)
            {
                throw new BuildSharpException($"{_program}: the answer is longer than {OutputLimit:N0} bytes");
            }
        }

        return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
    }

    private static SafeFileHandle Borrowed(AnonymousPipeServerStream pipe) => new(pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
}
