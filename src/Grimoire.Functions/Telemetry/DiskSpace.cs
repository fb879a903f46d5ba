using Grimoire.Functions.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Telemetry;

/// <summary>How much room the disks have that the app writes to. Settings "Health:…".</summary>
public sealed class DiskSpace
{
    public const string MinFreeSetting = "Health:MinFreeMegabytes";

    public const string FoldersSetting = "Health:Folders";

    readonly IReadOnlyList<string> _folders;
    readonly long _minFreeBytes;

    DiskSpace(IReadOnlyList<string> folders, long minFreeBytes) => (_folders, _minFreeBytes) = (folders, minFreeBytes);

    /// <param name="configuration">Has the settings.</param>
    /// <param name="contentRoot">The app's folder: what is relative is in it.</param>
    /// <param name="storage">The folder of the storage; null if that is elsewhere.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static DiskSpace From(IConfiguration configuration, string contentRoot, string? storage)
    {
        var more = (configuration[FoldersSetting] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string?[] all = [contentRoot, storage, .. more.Select(folder => Path.Combine(contentRoot, folder))];
        return new DiskSpace(
            [.. all.OfType<string>().Select(Path.GetFullPath).Distinct()], Setting.Number(configuration, MinFreeSetting, 1024, 0, int.MaxValue) * 1024L * 1024);
    }

    /// <summary>One for each folder: which of them share a disk is not always to be known.</summary>
    public IReadOnlyList<DiskHealth> Look() => [.. _folders.Select(folder => new DiskHealth(folder, new DriveInfo(PlaceOf(folder)).AvailableFreeSpace, _minFreeBytes))];

    /// <summary>A folder that is not there yet will be where the one above it is.</summary>
    static string PlaceOf(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return Path.GetPathRoot(folder)!;
        }

        var place = folder;
        while (!Directory.Exists(place))
        {
            place = Path.GetDirectoryName(place) ?? "/";
        }

        return place;
    }
}

/// <param name="MinFreeBytes">With less, the app is degraded.</param>
public sealed record DiskHealth(string Folder, long FreeBytes, long MinFreeBytes);
