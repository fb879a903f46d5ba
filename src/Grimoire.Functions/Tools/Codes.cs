namespace Grimoire.Functions.Tools;

/// <summary>Codes of failures that more than one class gives.</summary>
static class Codes
{
    public const string InputInvalid = "input.invalid";
    public const string RequestInvalid = "request.invalid";
    public const string ResponseMapping = "response.mapping";
    public const string HttpTooLarge = "http.tooLarge";
    public const string ArtifactTooLarge = "artifact.tooLarge";
    /// <summary>The call was given up by whoever made it.</summary>
    public const string Stopped = "tool.stopped";
    /// <summary>The tool was not called, because it is left alone for a while.</summary>
    public const string BreakerOpen = "tool.breakerOpen";
    public const string StorageUnavailable = "storage.unavailable";
}
