using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Storage;

/// <param name="Connection">Of a storage account; empty if everything is kept in <paramref name="Folder"/>.</param>
/// <param name="StartTimeout">How long the start may wait for the storage.</param>
sealed partial record StorageOptions(string Connection, string Container, string Folder, long MaxArtifactBytes, TimeSpan StartTimeout, RetryOptions Retry)
{
    /// <summary>The storage account of the app if it has one, else a folder.</summary>
    public const string ConnectionSetting = "AzureWebJobsStorage";

    public const string ContainerSetting = "Storage:Container";

    public const string FolderSetting = "Storage:Folder";

    public const string MaxArtifactBytesSetting = "Storage:MaxArtifactBytes";

    public const string StartTimeoutSetting = "Storage:StartTimeout";

    public const string TriesSetting = "Storage:Retry:Tries";

    public const string FirstDelaySetting = "Storage:Retry:FirstDelay";

    public const string MaxDelaySetting = "Storage:Retry:MaxDelay";

    public const string TryTimeoutSetting = "Storage:Retry:TryTimeout";

    /// <exception cref="InvalidOperationException">A setting is wrong; the message names each that is.</exception>
    public static StorageOptions From(IConfiguration configuration, string contentRoot)
    {
        var errors = new List<string>();
        var container = TextOf(configuration, ContainerSetting) ?? "grimoire";
        if (!ContainerName().IsMatch(container))
        {
            errors.Add($"{ContainerSetting} is '{container}': it has to be 3 to 63 lower-case letters, digits and single hyphens.");
        }

        var options = new StorageOptions(
            TextOf(configuration, ConnectionSetting) ?? "",
            container,
            Path.Combine(contentRoot, TextOf(configuration, FolderSetting) ?? "storage"),
            NumberOf(configuration, MaxArtifactBytesSetting, 100 * 1024 * 1024, 1, 100L * 1024 * 1024 * 1024, errors),
            DurationOf(configuration, StartTimeoutSetting, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), errors),
            new RetryOptions(
                (int)NumberOf(configuration, TriesSetting, 5, 3, 100, errors),
                DurationOf(configuration, FirstDelaySetting, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(1), errors),
                DurationOf(configuration, MaxDelaySetting, TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(1), errors),
                DurationOf(configuration, TryTimeoutSetting, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), errors)));
        if (options.Retry.MaxDelay < options.Retry.FirstDelay)
        {
            errors.Add($"{MaxDelaySetting} is shorter than {FirstDelaySetting}: it has to be as long or longer.");
        }

        return errors.Count == 0 ? options : throw new InvalidOperationException(string.Join(" ", errors));
    }

    static string? TextOf(IConfiguration configuration, string setting) =>
        configuration[setting] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    static long NumberOf(IConfiguration configuration, string setting, long otherwise, long least, long most, List<string> errors)
    {
        if (TextOf(configuration, setting) is not { } text)
        {
            return otherwise;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        errors.Add($"{setting} is '{text}': it has to be a whole number from {least} to {most}.");
        return otherwise;
    }

    static TimeSpan DurationOf(IConfiguration configuration, string setting, TimeSpan otherwise, TimeSpan least, List<string> errors)
    {
        if (TextOf(configuration, setting) is not { } text)
        {
            return otherwise;
        }

        try
        {
            var duration = XmlConvert.ToTimeSpan(text);
            if (duration >= least && duration <= TimeSpan.FromHours(1))
            {
                return duration;
            }
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            // Said below, in words of our own.
        }

        errors.Add($"{setting} is '{text}': it has to be an ISO 8601 duration from {XmlConvert.ToString(least)} to PT1H, as in {XmlConvert.ToString(otherwise)}.");
        return otherwise;
    }

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex ContainerName();
}

/// <param name="Tries">All of them, the first included.</param>
/// <param name="FirstDelay">The usual pause after the first failure; each next one is twice as long, and all vary at random.</param>
/// <param name="TryTimeout">How long Blob storage may take for one answer.</param>
sealed record RetryOptions(int Tries, TimeSpan FirstDelay, TimeSpan MaxDelay, TimeSpan TryTimeout);
