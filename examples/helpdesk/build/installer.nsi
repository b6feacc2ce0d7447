; Installer of the Helpdesk Agent, in the manner of electron-builder's: the program is one stored
; 7z archive that the Nsis7z plug-in unpacks on the user's machine; the script does the rest.
; Given by pack: VERSION, ARCHIVE, OUTFILE, PLUGINS.

Unicode true
SetCompressor zlib
ManifestDPIAware true
RequestExecutionLevel user
SetDateSave on
Name "Helpdesk Agent ${VERSION}"
OutFile "${OUTFILE}"
InstallDir "$LOCALAPPDATA\Programs\helpdesk-agent"
BrandingText "Helpdesk Agent ${VERSION}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

!define COMPANY "Helpdesk Example Corp"
!define PRODUCT "Helpdesk Agent"
!define PROGRAM "Helpdesk Agent.exe"
!define APP_ID "6c1f2a4e-7f0b-5a54-9a7e-2b4f8c0d9e11"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP_ID}"
!define INSTALL_KEY "Software\${APP_ID}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${PRODUCT}"
VIAddVersionKey "CompanyName" "${COMPANY}"
VIAddVersionKey "FileDescription" "${PRODUCT}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Copyright ${COMPANY}"

!addplugindir /x86-unicode "${PLUGINS}"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "MUI2.nsh"

!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

Var updated

Function .onInit
	InitPluginsDir
	${GetParameters} $R0
	ClearErrors
	${GetOptions} $R0 "--updated" $R1
	${IfNot} ${Errors}
		StrCpy $updated "1"
	${EndIf}
FunctionEnd

Section "install"
	SetOutPath $INSTDIR
	${If} $updated == "1"
		Sleep 1000
	${EndIf}
	RMDir /r "$INSTDIR\resources"

	SetCompress off
	File /oname=$PLUGINSDIR\app-64.7z "${ARCHIVE}"
	SetCompress auto
	Nsis7z::Extract "$PLUGINSDIR\app-64.7z"
	Delete "$PLUGINSDIR\app-64.7z"

	WriteUninstaller "$INSTDIR\Uninstall ${PRODUCT}.exe"
	WriteRegStr HKCU "${INSTALL_KEY}" "InstallLocation" "$INSTDIR"
	WriteRegStr HKCU "${INSTALL_KEY}" "KeepShortcuts" "true"
	WriteRegStr HKCU "${INSTALL_KEY}" "ShortcutName" "${PRODUCT}"
	WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${PRODUCT} ${VERSION}"
	WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
	WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
	WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${COMPANY}"
	WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\Uninstall ${PRODUCT}.exe" /currentuser'
	WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\Uninstall ${PRODUCT}.exe" /currentuser /S'
	WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
	WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
	${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
	WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" "$0"

	WriteRegStr HKCU "Software\Classes\helpdesk" "" "URL:helpdesk"
	WriteRegStr HKCU "Software\Classes\helpdesk" "URL Protocol" ""
	WriteRegStr HKCU "Software\Classes\helpdesk\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

	CreateShortCut "$SMPROGRAMS\${PRODUCT}.lnk" "$INSTDIR\${PROGRAM}"
	CreateShortCut "$DESKTOP\${PRODUCT}.lnk" "$INSTDIR\${PROGRAM}"

	${If} $updated == "1"
		Exec '"$INSTDIR\${PROGRAM}" --updated'
	${EndIf}
SectionEnd

Section "Uninstall"
	Delete "$SMPROGRAMS\${PRODUCT}.lnk"
	Delete "$DESKTOP\${PRODUCT}.lnk"
	RMDir /r "$INSTDIR"
	DeleteRegKey HKCU "${UNINSTALL_KEY}"
	DeleteRegKey HKCU "${INSTALL_KEY}"
	DeleteRegKey HKCU "Software\Classes\helpdesk"
SectionEnd
