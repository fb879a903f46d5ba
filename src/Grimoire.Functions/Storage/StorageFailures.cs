using System.Net.Sockets;
using Azure;
using Azure.Storage.Blobs.Models;

namespace Grimoire.Functions.Storage;

/// <summary>Which failures of a storage pass by themselves, and what to tell people about one.</summary>
static class StorageFailures
{
    public static bool IsOfStorage(Exception failure) => failure switch
    {
        StorageException => false,
        RequestFailedException or IOException or UnauthorizedAccessException or SocketException or HttpRequestException or TimeoutException => true,
        AggregateException several => several.InnerExceptions.All(IsOfStorage),

        // Not the caller's: a try that took too long is cancelled by the client.
        OperationCanceledException => true,
        _ => false,
    };

    public static bool IsTransient(Exception failure) => failure switch
    {
        StorageException or PathTooLongException => false,
        RequestFailedException answer =>
            answer.Status is 0 or 408 or 429 or 500 or 502 or 503 or 504 || BlobObjects.Says(answer, BlobErrorCode.ContainerBeingDeleted),

        // A full disk gets emptied, a file gets let go of: only time tells.
        IOException or SocketException or HttpRequestException or TimeoutException or OperationCanceledException => true,
        AggregateException several => several.InnerExceptions.All(IsTransient),
        _ => false,
    };

    /// <summary>In a sentence: the client's own messages are pages long, with all headers.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        RequestFailedException { Status: > 0 } answer when string.IsNullOrEmpty(answer.ErrorCode) => $"it answered {answer.Status}",
        RequestFailedException { Status: > 0 } answer => $"it answered {answer.Status} {answer.ErrorCode}",
        AggregateException { InnerExceptions: [.., var last] } => Reason(last),
        OperationCanceledException or TimeoutException => "it did not answer in time",
        RequestFailedException or SocketException or HttpRequestException => $"it cannot be reached ({FirstLine(failure.Message)})",
        UnauthorizedAccessException => $"access is denied ({FirstLine(failure.Message)})",
        _ => FirstLine(failure.Message),
    };

    static string FirstLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? message : message[..end]).Trim().TrimEnd('.');
    }
}
