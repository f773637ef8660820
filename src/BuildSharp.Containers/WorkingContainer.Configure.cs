using BuildSharp.Containers.Configuring;
using BuildSharp.Oci;

namespace BuildSharp.Containers;

public sealed partial class WorkingContainer
{
    /// <summary>Applies one call of <c>config</c> and saves. A bad value leaves everything as it was.</summary>
    /// <returns>Warnings, one line each.</returns>
    /// <exception cref="BuildSharpException">A value is malformed.</exception>
    public IReadOnlyList<string> Configure(ConfigureRequest request)
    {
        var call = new ConfigureCall(request, Image, _state.Annotations, MediaType.IsDocker(Format));
        call.Apply();
        Image = call.Image;
        ReplaceAnnotations(call.Annotations);

        CreatedBy = request.CreatedBy ?? CreatedBy;
        HistoryComment = request.HistoryComment ?? HistoryComment;
        foreach (var text in call.History)
        {
            AddEmptyHistory($"/bin/sh -c #(nop) {text}");
        }

        Save();
        return call.Warnings;
    }

    /// <summary>Notes a history entry without a layer, to come before that of the next commit. Not saved yet.</summary>
    public void AddEmptyHistory(string createdBy) => PrependedEmptyLayers.Add(new History
    {
        Created = Timestamp.From(_time.GetUtcNow()),
        CreatedBy = createdBy,
        EmptyLayer = true,
    });
}
