using System.Text;

namespace Embedded.DurableTask.Engine;

/// <summary>How large a single input, output or event may be.</summary>
internal sealed record PayloadLimit(int MaxBytes)
{
    /// <summary>Why the payload is refused; null when it is not.</summary>
    public string? Refuse(string? payload, string what)
    {
        // A char takes at most three bytes, so most payloads need no counting.
        if (payload is null || payload.Length <= MaxBytes / 3)
        {
            return null;
        }

        int bytes = Encoding.UTF8.GetByteCount(payload);
        return bytes <= MaxBytes
            ? null
            : $"The {what} has {bytes:N0} bytes when serialized; the limit is {MaxBytes:N0}. "
            + "Store it elsewhere and pass a reference, or raise the option MaxPayloadBytes.";
    }

    public void Check(string? payload, string what, string parameter)
    {
        if (Refuse(payload, what) is { } reason)
        {
            throw new ArgumentException(reason, parameter);
        }
    }
}
